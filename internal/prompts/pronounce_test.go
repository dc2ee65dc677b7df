package prompts

import "testing"

// TestPronounced: examples of 표준 발음법, and words of the list.
func TestPronounced(t *testing.T) {
	for text, want := range map[string]string{
		"감사합니다.":         "감사함니다.",
		"없습니다":           "업씀니다",
		"번입니다.":          "버님니다.",
		"십육":             "시뷱",
		"국제전화":           "국쩨전화",
		"착신전환이 해제되었습니다.": "착씬전화니 해제되얻씀니다.",
		"녹음":             "노금",
		"없음, 새 메시지":      "업씀, 새 메시지",
		"육 번을 눌러":        "육 뻐늘 눌러",
		"첫 번째":           "첟 뻔째",
		"잘못 누르셨습니다.":     "잘몬 누르셛씀니다.",
		"못 알아":           "모 다라",
		"많고":             "만코",
		"좋아요":            "조아요",
		"싫어":             "시러",
		"입학":             "이팍",
		"굳이":             "구지",
		"같이":             "가치",
		"난로":             "날로",
		"칼날":             "칼랄",
		"담력":             "담녁",
		"막론":             "망논",
		"협력":             "혐녁",
		"있는":             "인는",
		"읽는":             "잉는",
		"앉아":             "안자",
		"여덟":             "여덜",
		"넓은":             "널븐",
		"영 번":            "영 번",
		"강아지":            "강아지",
		"":               "",
		"a, 가":           "a, 가",
	} {
		if got := Pronounced(text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

// FuzzPronounced: every text comes back with as many letters, and saying it twice
// is no different from saying what it became.
func FuzzPronounced(f *testing.F) {
	f.Add("안녕하십니까. 전화해 주셔서, 감사합니다")
	f.Fuzz(func(t *testing.T, text string) {
		if a, b := len([]rune(text)), len([]rune(Pronounced(text))); a != b {
			t.Fatalf("%q: %d letters, then %d", text, a, b)
		}
	})
}
