package apply

import "testing"

func TestMasked(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, line, want string }{
		{"etc/pjsip.conf", "password=s3;cret", "password=[hidden]"},
		{"etc/pjsip.conf", "  md5_cred = abc", "  md5_cred = [hidden]"},
		{"etc/manager.conf", "secret=x", "secret=[hidden]"},
		{"etc/pjsip.conf", "auth_type=userpass", "auth_type=userpass"},
		{"etc/voicemail.conf", "1010 => 4711,홍길동,a@b.kr", "1010 => [hidden],홍길동,a@b.kr"},
		{"etc/manager.conf", "eventfilter=![\t-\v]\r?", "eventfilter=![\t-^K]^M?"},
		{"etc/manager.conf", "secret=x\x1b[2J", "secret=[hidden]"},
		{"etc/voicemail.conf", "[T2]", "[T2]"},
		{"etc/voicemail.conf", "maxsecs=60", "maxsecs=60"},
		{"etc/extensions.conf", "exten => 1010,1,Dial(x)", "exten => 1010,1,Dial(x)"},
	} {
		if got := masked(tt.name, tt.line); got != tt.want {
			t.Errorf("%s: %q is shown as %q, want %q", tt.name, tt.line, got, tt.want)
		}
	}
	all := secrets(map[string]string{"etc/pjsip.conf": "password=a\\;b!\n[x]\npassword=no\n", "etc/voicemail.conf": "1 => 4711,x\n"})
	got := withoutSecrets("Error parsing password=a;b! at line 3; password=no at line 2, not another; PIN '4711'", all)
	if want := "Error parsing password=[hidden] at line 3; password=[hidden] at line 2, not another; PIN '[hidden]'"; got != want {
		t.Errorf("got %q", got)
	}
}
