package policy_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/policy"
)

func message(tb testing.TB, raw string) *ami.Message {
	tb.Helper()
	m := new(ami.Message)
	if err := ami.Parse([]byte(raw), m); err != nil {
		tb.Fatalf("%v: %q", err, raw)
	}
	return m
}

func TestRedact(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{
			"the list of passwords of Asterisk 22",
			"Event: AuthList\r\nActionID: b5-r\r\nObjectType: auth\r\nObjectName: T2_1010\r\nOauthSecret: o-auth\r\nPasswordDigest: MD5:d1ge5t\r\nSupportedAlgorithmsUas: MD5\r\nRefreshToken: t0ken\r\nUsername: T2_1010\r\nMd5Cred: 0cc175b9\r\nRealm: \r\nAuthType: userpass\r\nPassword: s3;cret 1010\r\nNonceLifetime: 32\r\n\r\n",
			"Event: AuthList\r\nActionID: b5-r\r\nObjectType: auth\r\nObjectName: T2_1010\r\nOauthSecret: [redacted]\r\nPasswordDigest: [redacted]\r\nSupportedAlgorithmsUas: MD5\r\nRefreshToken: [redacted]\r\nUsername: T2_1010\r\nMd5Cred: [redacted]\r\nRealm: \r\nAuthType: userpass\r\nPassword: [redacted]\r\nNonceLifetime: 32\r\n\r\n",
		},
		{
			"the key of a certificate", "Event: TransportDetail\r\nObjectName: wss\r\nPASSWORD: x\r\nPassword: y\r\nPrivKeyFile: /etc/key.pem\r\n\r\n",
			"Event: TransportDetail\r\nObjectName: wss\r\nPASSWORD: [redacted]\r\nPassword: [redacted]\r\nPrivKeyFile: /etc/key.pem\r\n\r\n",
		},
		{
			"the console", "Response: Success\r\nActionID: 1\r\nMessage: Command output follows\r\nOutput:  md5_cred               : \r\nOutput:  password               : s3cret: x\r\nOutput:  username               : T2_1010\r\nOutput: \r\n\r\n",
			"Response: Success\r\nActionID: 1\r\nMessage: Command output follows\r\nOutput:  md5_cred               : \r\nOutput:  password               : [redacted]\r\nOutput:  username               : T2_1010\r\nOutput: \r\n\r\n",
		},
		{
			"the console of old", "Response: Follows\r\nPrivilege: Command\r\nActionID: 1\r\n secret: s3cret\r\n name: x\r\n--END COMMAND--\r\n\r\n",
			"Response: Success\r\nPrivilege: Command\r\nActionID: 1\r\nOutput:  secret: [redacted]\r\nOutput:  name: x\r\n\r\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := message(t, tt.in)
			out := policy.Redact(m)
			if got := string(out.Bytes()); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
			if string(m.Bytes()) != tt.in {
				t.Error("the message itself was changed")
			}
			if again := policy.Redact(out); string(again.Bytes()) != tt.want {
				t.Errorf("twice: %q", again.Bytes())
			}
		})
	}
}

// TestRedactLeavesTheRest: what was recorded has no secrets, and stays itself.
func TestRedactLeavesTheRest(t *testing.T) {
	for _, version := range []string{"asterisk-16", "asterisk-22"} {
		all, err := amitest.LoadTranscripts("../../ami/testdata/" + version)
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range all {
			r := ami.NewReader(bytes.NewReader(tr.Received()), ami.ReaderOptions{})
			var m ami.Message
			for r.Read(&m) == nil {
				if bytes.Contains(m.Bytes(), []byte("UsingPassword")) { // an event, not an answer
					continue
				}
				if policy.Redact(&m) != &m {
					t.Errorf("%s: %q", tr.Name, m.Bytes())
				}
			}
		}
	}
}

// TestRedactRealList reads the answers of a real server with three phones.
func TestRedactRealList(t *testing.T) {
	stream, err := os.ReadFile("testdata/pjsipshowauths.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(stream, []byte("s3;cret 900")) {
		t.Fatal("there is no secret to begin with")
	}
	r := ami.NewReader(bytes.NewReader(stream), ami.ReaderOptions{})
	var m ami.Message
	n := 0
	for r.Read(&m) == nil {
		out := policy.Redact(&m)
		if strings.Contains(string(out.Bytes()), "cret") && !strings.Contains(string(out.Bytes()), "OauthSecret: \r\n") || strings.Contains(string(out.Bytes()), "s3;") {
			t.Errorf("%q", out.Bytes())
		}
		if out.Len() != m.Len() || out.Get("ObjectName") != m.Get("ObjectName") || out.Kind() != m.Kind() {
			t.Errorf("%q became %q", m.Bytes(), out.Bytes())
		}
		n++
	}
	if n < 5 {
		t.Errorf("%d messages", n)
	}
}

// FuzzRedact: no value of a header that is named like a secret gets through,
// nothing else is lost.
func FuzzRedact(f *testing.F) {
	f.Add([]byte("Event: AuthList\r\nPassword: s3cret\r\nOutput: x\r\n\r\n"))
	f.Add([]byte("Response: Success\r\nOutput:  password : s3cret\r\n:\r\nX\r\n\r\n"))
	f.Add([]byte("Response: Follows\r\nsecret: s3cret\r\n--END COMMAND--\r\n\r\n"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := ami.NewReader(bytes.NewReader(stream), ami.ReaderOptions{})
		var m ami.Message
		for r.Read(&m) == nil {
			out := policy.Redact(&m)
			if out.Len() != m.Len() {
				t.Fatalf("%q became %q", m.Bytes(), out.Bytes())
			}
			for i := range out.Len() {
				name, value := out.Header(i)
				low := strings.ToLower(string(name))
				if (strings.Contains(low, "password") || strings.Contains(low, "secret")) && len(value) > 0 && string(value) != policy.Redacted {
					t.Fatalf("%q became %q", m.Bytes(), out.Bytes())
				}
			}
		}
	})
}
