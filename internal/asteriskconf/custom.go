package asteriskconf

import "fmt"

// customDir is the folder, below etc, of what people add by hand.
const customDir = "custom/"

// customs are the files that take additions by hand, each with what is said in
// the addition's file when it is made.
var customs = map[string]string{
	"extensions.conf":  "Begin with a context of your own, [my-context], or add to one of DIPCAST's: [T2_cos-all](+)",
	"features.conf":    "Begin with a section, such as [applicationmap].",
	"manager.conf":     "Begin with a section: each is one AMI user.",
	"modules.conf":     "Lines such as: load=app_sms.so",
	"musiconhold.conf": "Begin with a section: each is one class of music.",
	"pjsip.conf":       "Begin with a section, or add to one of DIPCAST's: [T2_1010](+type=endpoint)",
	"queues.conf":      "Begin with a section: each is one queue.",
	"res_parking.conf": "Begin with a section: each is one parking lot.",
	"voicemail.conf":   "Begin with a section: each is one context of mailboxes.",
}

// withCustom has a rendered file read what was added by hand, last, and without
// complaint when there is nothing.
func withCustom(name, text string) string {
	if _, ok := customs[name]; !ok {
		return text
	}
	return text + "\n; Your own additions go into that file. It is never overwritten.\n#tryinclude " + customDir + name + "\n"
}

// Custom gives the files for additions by hand, in which nothing stands yet
// but a comment: their paths below Dirs.Base and their text. Whoever writes
// files makes those that are missing and never touches one that is there.
func Custom(files map[string]string) map[string]string {
	out := map[string]string{}
	for name, hint := range customs {
		if _, ok := files["etc/"+name]; ok {
			out["etc/"+customDir+name] = fmt.Sprintf("; Your additions to %s. DIPCAST made this file once and never changes it.\n; %s\n; They count with the next dipcast apply, which tries them out first.\n", name, hint)
		}
	}
	return out
}
