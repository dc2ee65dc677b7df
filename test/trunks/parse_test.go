package trunks_test

import (
	"fmt"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
)

// TestEverythingIsUnderstood: both versions read all that trunks and phones can
// ask for without a complaint.
func TestEverythingIsUnderstood(t *testing.T) {
	for _, version := range []int{22, 16} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			t.Parallel()
			tls := certificate(t)
			everything := company.Trunk{
				ID: 3, Name: "가 ;1", Host: "127.0.0.7", Transport: "tls", Proxy: "127.0.0.7:5081", Register: true,
				Username: "07045805605@ims", AuthUser: "a1", Secret: secret.New("s3;cret"), FromUser: "0215881588", FromDomain: "ims.example.net",
				ExpirySeconds: 300, Match: []string{"127.0.0.16/28", "127.0.0.7"}, Codecs: []string{"opus", "g722", "alaw"},
				Encrypt: true, DTMF: "auto", PAssertedIdentity: true, QualifySeconds: 30,
			}
			in := asteriskconf.Input{
				Version: version,
				SIP:     asteriskconf.SIP{Cert: tls.cert, Key: tls.key, CA: tls.ca, External: "203.0.113.9"},
				Trunks: []company.Trunk{
					{ID: 1, Host: "127.0.0.5", DTMF: "inband"},
					{ID: 2, Host: "127.0.0.6", Transport: "tcp", Port: 5080, DTMF: "info"},
					everything,
				},
				Companies: []company.Company{{
					ID: tenant2, Number: 2, Name: "얼쑤팩토리", DIDs: company.DIDs(map[string]string{did: "1010"}),
					Extensions: []company.Extension{{Number: "1010", Name: "홍길동", Devices: []company.Device{
						{Secret: secret.New("secret"), Name: "책상", Codecs: []string{"g722", "alaw"}},
						{Secret: secret.New("secret"), Transport: "tls", Encrypt: true, Codecs: []string{"opus", "alaw"}, Contacts: 2},
					}}},
				}},
			}
			wantSilence(t, asterisktest.Start(t, in))
		})
	}
}
