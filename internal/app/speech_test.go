package app_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/rest"
)

// TestSpeech: texts are spoken by a real voice and kept as recordings are; where
// there is no voice, the answer says how to get one.
func TestSpeech(t *testing.T) {
	tree := asterisktest.Tree(t, asteriskproc.Asterisk22)
	t.Setenv("PATH", "") // the voice of the Asterisk's tree, whatever this machine has
	s := newSite(t)
	if r := s.do("POST", "/api/v2/prompts/custom%2Fwelcome/speech", `{"text":"안녕하세요."}`, key()); r.status != 503 || r.body.Code != "unavailable" || !strings.Contains(r.body.Message, "apt install espeak-ng") {
		t.Fatalf("without a voice: %d %s", r.status, r.raw)
	}
	s.app.Stop()
	s.options.Voices = []*asteriskproc.Tree{nil, tree}
	s.start(true)
	var lengths []float64
	for _, body := range []string{
		`{"text":"안녕하세요. 얼쑤팩토리입니다.","lang":"ko","voice":"female"}`,
		`{"text":"Welcome.","lang":"en","voice":"male"}`,
		`{"text":"--version -w /etc/passwd; $(id)\n\"x\"","lang":"en"}`,
	} {
		var p rest.Prompt
		r := s.do("POST", "/api/v2/prompts/custom%2Fwelcome/speech", body, key())
		if err := json.Unmarshal(r.body.Data, &p); err != nil || r.status != 200 || !p.Own {
			t.Fatal(r.status, r.raw, err)
		}
		file := s.do("GET", "/api/v2/prompts/custom%2Fwelcome/audio", "", key())
		sound, err := media.DecodeWAV([]byte(file.raw))
		if err != nil || sound.Rate != 8000 {
			t.Fatalf("%v, %d Hz", err, sound.Rate)
		}
		lengths = append(lengths, float64(len(sound.Samples))/8000)
	}
	if lengths[0] < 1 || lengths[0] > 6 || lengths[1] < 0.2 || lengths[1] > 2 || lengths[2] < 2 {
		t.Errorf("seconds: %v", lengths)
	}
	var heard rest.Sound
	r := s.do("POST", "/api/v2/speech", `{"text":"안녕하세요.","lang":"ko"}`, key())
	if err := json.Unmarshal(r.body.Data, &heard); err != nil || r.status != 200 || heard.Length < 0.3 {
		t.Fatal(r.status, r.raw, err)
	}
	if _, err := media.DecodeWAV(heard.Sound); err != nil {
		t.Error(err)
	}
	s.do("POST", "/api/v2/tones", `{"name":"welcome"}`, key())
	r = s.do("POST", "/api/v2/tones/welcome/recording/speech", `{"text":"지금은 통화할 수 없습니다."}`, key())
	var tone rest.Tone
	if err := json.Unmarshal(r.body.Data, &tone); err != nil || r.status != 200 || tone.Recording == nil || tone.Recording.Length < 1 {
		t.Errorf("%d %s %v", r.status, r.raw, err)
	}
	for body, want := range map[string]int{
		`{"text":""}`: 422, `{"text":"   "}`: 422, `{"text":"a","lang":"xx"}`: 422, `{"text":"a","voice":"../x"}`: 422,
		`{"text":"` + strings.Repeat("가", 1001) + `"}`: 422,
	} {
		if r := s.do("POST", "/api/v2/prompts/custom%2Fwelcome/speech", body, key()); r.status != want && r.status != 400 {
			t.Errorf("%.40s: %d %s", body, r.status, r.raw)
		}
	}
	if r := s.do("POST", "/api/v2/prompts/custom%2Fwelcome/speech", `{"text":"a"}`, basic("phone1010")); r.status != 403 {
		t.Errorf("a login of an extension: %d", r.status)
	}
	if r := s.do("POST", "/api/v2/prompts/..%2Fx/speech", `{"text":"a"}`, key()); r.status != 404 {
		t.Errorf("another path: %d", r.status)
	}
}
