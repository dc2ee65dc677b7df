package rest

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/prompts"
)

// Speak says a text. Its errors wrap those of asteriskproc.Say.
type Speak func(ctx context.Context, s asteriskproc.Speech) (media.Sound, error)

// SpeechBody is a text to be said.
type SpeechBody struct {
	Text  string `json:"text" maxLength:"4000" doc:"at most 1,000 characters" example:"안녕하세요. 얼쑤팩토리입니다."`
	Lang  string `json:"lang,omitempty" enum:"ko,en" default:"ko"`
	Voice string `json:"voice,omitempty" enum:"female,male" default:"female"`
}

func (a *API) speechOps(api huma.API) {
	if a.o.Speak == nil {
		return
	}
	const without = " 503 `unavailable`: there is no espeak-ng; the message says how to get it."
	const about = " It is spoken on this machine by espeak-ng, and kept as if it were uploaded." + without
	o := operation("speak", http.MethodPost, "/speech", "prompts", "A text that is spoken, to be listened to", 400)
	o.Description = "It is spoken on this machine by espeak-ng. Nothing is kept: upload the sound where it pleases." + without
	huma.Register(api, o, a.speak)
	if a.o.Prompts != nil {
		o := operation("speak-prompt", http.MethodPost, "/prompts/{name}/speech", "prompts", "Replace a prompt by a text that is spoken", 400, 404, 409)
		o.Description = "`custom/…` takes sounds of one's own; a slash is written %2F." + about
		huma.Register(api, o, a.speakPrompt)
	}
	if a.o.Tones != nil && a.o.Companies != nil {
		o := operation("speak-tone", http.MethodPost, "/tones/{name}/recording/speech", tagCompany, "Give a tone a text that is spoken", 400, 404, 409)
		o.Description = about[1:]
		huma.Register(api, o, a.speakTone)
	}
}

// Sound is a sound to be listened to.
type Sound struct {
	Sound  []byte  `json:"sound" doc:"WAV: 16 bits, mono; in base64"`
	Length float64 `json:"length" example:"2.1" doc:"in seconds"`
}

func (a *API) speak(ctx context.Context, in *struct{ Body SpeechBody }) (*reply[Sound], error) {
	_, err := a.promptsOf(callerOf(ctx).who, "", true)
	var sound media.Sound
	if err == nil {
		sound, err = a.voice(ctx, &in.Body)
	}
	if err != nil {
		return nil, a.refused(ctx, "speak", 0, promptError(err))
	}
	audit.Mark(ctx) // nothing was changed
	return success(Sound{media.EncodeWAV(sound), sound.Duration().Seconds()}), nil
}

// spoken is a text as a WAV file.
func (a *API) spoken(ctx context.Context, b *SpeechBody) ([]byte, error) {
	sound, err := a.voice(ctx, b)
	if err != nil {
		return nil, err
	}
	return media.EncodeWAV(sound), nil
}

// voice says a text.
func (a *API) voice(ctx context.Context, b *SpeechBody) (media.Sound, error) {
	select {
	case a.uploads <- struct{}{}:
		defer func() { <-a.uploads }()
	default:
		return media.Sound{}, envelope.Errorf(envelope.Busy, "", "other recordings are just being taken; try again")
	}
	sound, err := a.o.Speak(ctx, asteriskproc.Speech{Text: b.Text, Lang: b.Lang, Voice: b.Voice})
	switch {
	case errors.Is(err, asteriskproc.ErrNoVoice):
		return media.Sound{}, envelope.Errorf(envelope.Unavailable, "", "there is no espeak-ng on this machine, which speaks texts: install it (apt install espeak-ng), or upload a recording / 이 장비에 espeak-ng가 없습니다: 설치하거나(apt install espeak-ng) 녹음 파일을 올리세요")
	case errors.Is(err, asteriskproc.ErrSpeech):
		return media.Sound{}, envelope.Errorf(envelope.InvalidValue, "text", "%v", err)
	case errors.Is(err, asteriskproc.ErrSlowVoice):
		return media.Sound{}, envelope.Errorf(envelope.Unavailable, "", "%v; try again, or with a shorter text", err)
	}
	return sound, err
}

func (a *API) speakPrompt(ctx context.Context, in *struct {
	PromptScope
	Name string `path:"name" maxLength:"128" example:"vm-intro"`
	Body SpeechBody
},
) (*reply[Prompt], error) {
	const action = "speak-prompt"
	scope, err := a.promptsOf(callerOf(ctx).who, in.Tenant, true)
	if err == nil {
		err = promptError(prompts.CheckUpload(in.Name))
	}
	var file []byte
	if err == nil {
		file, err = a.spoken(ctx, &in.Body)
	}
	if err == nil {
		_, err = a.o.Prompts.Put(scope, in.Name, file)
	}
	var p Prompt
	if err == nil {
		a.changedPrompt(ctx, action, in.Name)
		p, err = a.prompt(scope, in.Name)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, promptError(err))
	}
	return success(p), nil
}

func (a *API) speakTone(ctx context.Context, in *struct {
	TenantQuery
	TonePath
	Body SpeechBody
},
) (*reply[Tone], error) {
	const action = "speak-tone"
	c, t, err := a.toneOf(ctx, in.Tenant, in.Name)
	var file []byte
	if err == nil {
		file, err = a.spoken(ctx, &in.Body)
	}
	if err == nil {
		err = a.keepTone(c, t.Name, file)
	}
	var v Tone
	if err == nil {
		a.changedTone(ctx, c, action, t.Name)
		v, err = a.viewTone(&c.Company, t)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, promptError(err))
	}
	return success(v), nil
}
