package bot

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/works"
)

// Notice is what is told of a call or a message when it is over.
type Notice struct {
	Title   Word   // Missed, Answered or Voicemail
	Number  string // of the caller; "" when it is withheld
	Name    string
	Lines   []string // what became of it
	Buttons []Button
}

// Notice is the card of what is over, of at most 10 buttons.
func (s Style) Notice(l Lang, n Notice) works.Content {
	s = s.withDefaults()
	title := s.word(l, n.Title)
	number := plain(n.Number, 40)
	if number == "" {
		number = withheld[l]
	}
	alt := title + " " + number
	name := plain(n.Name, 60)
	if name != "" && name != number {
		alt += " " + name
	}
	for _, line := range n.Lines {
		alt += ", " + line
	}
	if s.Mode == Template && len(n.Buttons) > 0 {
		return s.template(l, alt, n.Buttons)
	}
	if s.Mode == Template {
		return &works.Text{Text: plain(alt, 1000)}
	}
	parts := []*works.Component{s.line(title, "md", s.Ink, "none"), s.rule(), s.line(number, "xl", s.Ink, "md")}
	if name != "" && name != number {
		parts = append(parts, s.line(name, "md", s.Ink, "none"))
	}
	for _, line := range n.Lines {
		c := s.line(plain(line, 60), "sm", s.Ink, "sm")
		c.Weight = ""
		parts = append(parts, c)
	}
	for _, b := range n.Buttons {
		parts = append(parts, s.button(l, b, s.Other))
	}
	return card(alt, "#FFFFFF", "kilo", "xxl", parts)
}

// FollowUps are what people are told of a call that has ended: those who had its
// card. They belong into the transaction of the call's history.
func (b *Bot) FollowUps(ctx context.Context, e *cdr.Ended) []store.OutboxRow {
	c, r := b.company(e.Tenant.Number), e.Row
	if c == nil || c.NaverWorks.FollowUps == company.FollowNone || r.Reason == string(call.ReasonMerged) || r.Direction == string(call.Outgoing) {
		return nil
	}
	rows, err := b.followUps(ctx, c, r)
	if err != nil && ctx.Err() == nil {
		b.log.Error("nobody is told what became of a call", "tenant", e.Tenant, "call", callID(r), "error", err)
	}
	return rows
}

// callID is the call_id of a row of the history.
func callID(r *store.CallRow) string { return strconv.Itoa(r.Server) + "-" + r.Linkedid }

func (b *Bot) followUps(ctx context.Context, c *company.Company, r *store.CallRow) ([]store.OutboxRow, error) {
	label := LabelMissed
	if !r.Answered.IsZero() || r.By != (store.CallParty{}) {
		label = LabelAnswered
	}
	if label == LabelAnswered && c.NaverWorks.FollowUps == company.FollowMissed {
		return nil, nil
	}
	id := callID(r)
	cards, err := b.o.Store.Cards(ctx, c.Number, id)
	if err != nil {
		return nil, err
	}
	style := StyleOf(&c.NaverWorks.Style)
	var rows []store.OutboxRow
	for i := range cards {
		to, lang := cards[i].To, Lang(cards[i].Lang)
		if label == LabelMissed && b.leftMessage(ctx, c, cards[i].Extension, r.Channel, id) {
			continue // the message itself is what they are told
		}
		n := Notice{Title: Missed, Number: r.From.Number, Name: cards[i].Name}
		if label == LabelAnswered {
			n.Title, n.Lines = Answered, []string{b.answeredBy(c, r, lang)}
			if b.recorded(ctx, c, r, &cards[i]) {
				if button, ok := b.button(c, to, id, Recording); ok {
					n.Buttons = append(n.Buttons, button)
				}
			}
		} else {
			n.Lines = []string{rangFor(r, lang)}
			if n.Number != "" && !c.NaverWorks.NoCallBack {
				if button, ok := b.button(c, to, id, CallBack); ok {
					n.Buttons = append(n.Buttons, button)
				}
			}
		}
		row, err := b.row(c.Number, to, label, id, style.Notice(lang, n))
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// recorded reports whether who has a card is to be given the way to a recording of
// its call. Of a room it is not known who will press.
func (b *Bot) recorded(ctx context.Context, c *company.Company, r *store.CallRow, to *store.Card) bool {
	ext := to.Extension
	if to.Room() != "" {
		ext = ""
	}
	return c.NaverWorks.Recordings && b.o.Recorded != nil && b.o.Recorded(ctx, c.Number, r.Server, r.Linkedid, ext)
}

// answeredBy says who answered, and how long they talked.
func (b *Bot) answeredBy(c *company.Company, r *store.CallRow, l Lang) string {
	who := r.By.Name
	if e := c.Extension(r.By.Extension); e != nil {
		who = cmp.Or(e.Name, who)
		if all := b.o.People.ByExtension(c.Number, e.Number); len(all) == 1 {
			who = cmp.Or(all[0].Name, who)
		}
	}
	if n := cmp.Or(r.By.Extension, r.By.Number); n != "" && n != who {
		who = strings.TrimSpace(who + " (" + n + ")")
	}
	text := map[Lang]string{Korean: "응답: ", English: "Answered by "}[l] + plain(who, 40)
	if who == "" {
		text = map[Lang]string{Korean: "응답함", English: "Answered"}[l]
	}
	if r.Talk > 0 {
		text += " · " + length(l, r.Talk)
	}
	return text
}

// rangFor says when it rang, and for how long.
func rangFor(r *store.CallRow, l Lang) string {
	at, rang := r.Started.Local().Format("15:04"), length(l, r.Wait)
	if l == English {
		return at + " · rang for " + rang
	}
	return at + " · " + rang + " 동안 울림"
}

// length is a time in words.
func length(l Lang, d time.Duration) string {
	s := max(1, int(d.Round(time.Second)/time.Second))
	units := [3]string{"시간", "분", "초"}
	if l == English {
		units = [3]string{" h", " min", " s"}
	}
	parts := ""
	for i, n := range []int{s / 3600, s / 60 % 60, s % 60} {
		if n == 0 && (parts != "" || i < 2) {
			continue
		}
		if parts != "" {
			parts += " "
		}
		parts += fmt.Sprint(n) + units[i]
	}
	return parts
}
