package store

import "strings"

// whose narrows to the tenant.
func (c *callReader) whose(l *list1) string {
	if c.q.All {
		return ""
	}
	return ` AND tenant = ` + l.add(c.tenant)
}

// within narrows to the time, behind where the page begins.
func (c *callReader) within(l *list1) string {
	from, to := c.from, c.to
	than := ""
	if c.at != (CallCursor{}) {
		switch {
		case c.q.All && c.q.Oldest:
			from, than = max(from, c.at.ID), `>`
		case c.q.All:
			to, than = min(to, c.at.ID+1), `<`
		case c.q.Oldest:
			from = max(from, c.at.ID+1)
		default:
			to = min(to, c.at.ID)
		}
	}
	where := ` AND id >= ` + l.add(from) + ` AND id < ` + l.add(to)
	if than != "" { // of the same moment, other companies' calls
		where += ` AND (id ` + than + ` ` + l.add(c.at.ID) + ` OR tenant ` + than + ` ` + l.add(c.at.Tenant) + `)`
	}
	return where
}

// through is within, up to the end of a window. Each side has one bound: of two,
// SQLite goes by the first and looks at everything up to it.
func (c *callReader) through(l *list1, end CallCursor) string {
	w := *c
	than := `>=`
	if c.q.Oldest {
		w.to, than = min(c.to, end.ID+1), `<=`
	} else {
		w.from = max(c.from, end.ID)
	}
	where := w.within(l)
	if c.q.All { // of its last moment, the companies that belong to it
		where += ` AND (id <> ` + l.add(end.ID) + ` OR tenant ` + than + ` ` + l.add(end.Tenant) + `)`
	}
	return where
}

func (c *callReader) order(l *list1, limit int) string {
	by := ` ORDER BY id DESC`
	if c.q.All {
		by += `, tenant DESC`
	}
	if c.q.Oldest {
		by = strings.ReplaceAll(by, "DESC", "ASC")
	}
	return by + ` LIMIT ` + l.add(limit)
}

// conditions are what a row itself must meet; "" when everything does.
func (c *callReader) conditions(l *list1) string {
	q := c.q
	var b strings.Builder
	and := func(s string) { b.WriteString(` AND ` + s) }
	if q.Only != "" {
		and(`exts LIKE ` + l.add("%|"+like(q.Only)+"|%"))
	}
	if q.Server != 0 {
		and(`server = ` + l.add(q.Server))
	}
	if q.Direction != "" {
		and(`direction = ` + l.add(q.Direction))
	}
	if len(q.Dispositions) == 1 {
		and(`disposition = ` + l.add(q.Dispositions[0]))
	} else if len(q.Dispositions) > 1 {
		var in []string
		for _, d := range q.Dispositions {
			in = append(in, l.add(d))
		}
		and(`disposition IN (` + strings.Join(in, ",") + `)`)
	}
	if q.Missed != nil {
		and(`missed = ` + l.add(flag(*q.Missed)))
	}
	if q.Answered != nil && *q.Answered {
		and(`answered > 0`)
	} else if q.Answered != nil {
		and(`answered = 0`)
	}
	if q.MinTalk > 0 {
		and(`talk >= ` + l.add(q.MinTalk.Milliseconds()))
	}
	if q.MaxTalk > 0 {
		and(`talk <= ` + l.add(q.MaxTalk.Milliseconds()))
	}
	if q.MinWait > 0 {
		and(`wait >= ` + l.add(q.MinWait.Milliseconds()))
	}
	if q.MaxWait > 0 {
		and(`wait <= ` + l.add(q.MaxWait.Milliseconds()))
	}
	if len(q.Reasons) > 0 {
		and(`reason IN (` + l.texts(q.Reasons) + `)`)
	}
	if len(q.Served) > 0 {
		and(`served IN (` + l.texts(q.Served) + `)`)
	}
	if q.Diverted != nil && *q.Diverted {
		and(`div_type <> ''`)
	} else if q.Diverted != nil {
		and(`div_type = ''`)
	}
	if len(q.Extensions) > 0 {
		var parts []string
		for _, x := range q.Extensions {
			parts = append(parts, `exts LIKE `+l.add("%|"+like(x)+"|%"))
		}
		and(`(` + strings.Join(parts, ` OR `) + `)`)
	}
	if q.DID != "" {
		and(`did = ` + l.add(q.DID))
	}
	if q.Account != "" {
		and(`account = ` + l.add(q.Account))
	}
	if q.Number != "" {
		and(q.numberCondition(l))
	}
	if q.Name != "" {
		and(`names LIKE ` + l.add("%"+like(NameKey(q.Name))+"%"))
	}
	return b.String()
}

func (q *CallQuery) numberCondition(l *list1) string {
	key := NumberKey(q.Number)
	column, before, after := `nums`, "%|", "|%"
	forms := []string{key}
	if q.NumberOf != "" {
		column, before, after = q.NumberOf, "", ""
		if column != "src" && column != "dst" && column != "did" {
			return `1 = 0`
		}
		forms = shownAs(key)
	}
	var parts []string
	for _, form := range forms {
		prefix, suffix := before+like(form)+"%", "%"+like(form)+after
		switch q.Match {
		case MatchPrefix:
			parts = append(parts, column+` LIKE `+l.add(prefix))
		case MatchSuffix:
			parts = append(parts, column+` LIKE `+l.add(suffix))
		case MatchEither:
			parts = append(parts, column+` LIKE `+l.add(prefix), column+` LIKE `+l.add(suffix))
		default:
			parts = append(parts, column+` LIKE `+l.add(before+like(form)+after))
		}
	}
	return `(` + strings.Join(parts, ` OR `) + `)`
}

// shownAs are the forms in which a number with a key stands in a call: national,
// and with the country's own in front.
func shownAs(key string) []string {
	national := strings.NewReplacer("a", "*", "b", "#").Replace(key)
	if rest, ok := strings.CutPrefix(national, "0"); ok {
		return []string{national, "+82" + rest}
	}
	return []string{national}
}

// like makes s stand for itself in a pattern. The default escape sign is none in
// SQLite: what would need one becomes any one character, and keys have none.
func like(s string) string { return strings.NewReplacer("%", "_", `\`, "_").Replace(s) }
