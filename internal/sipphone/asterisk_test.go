package sipphone_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// server is the Asterisk 22 that all tests of the package share. It is started
// by the first test that asks for it and stopped by TestMain.
var server struct {
	once     sync.Once
	instance *asteriskproc.Instance
	dir      string
	ports    asteriskproc.Ports // claims what follows
	addr     string             // SIP
	network  *sipphone.Network  // at the other side of its trunk
	err      error
}

// Phones are told apart by name, the network by its address and port.
const password = "s3cret-of-the-phones"

const asteriskConf = `[directories]
astetcdir => %[1]s/etc
astmoddir => %[2]s
astvarlibdir => %[1]s/var
astdbdir => %[1]s/var
astkeydir => %[1]s/var
astdatadir => %[3]s
astagidir => %[1]s/var
astspooldir => %[1]s/spool
astrundir => %[1]s/run
astlogdir => %[1]s/log
[options]
`

const modulesConf = `[modules]
autoload = yes
noload = res_hep.so
noload = app_voicemail_imap.so
noload = app_voicemail_odbc.so
`

const pjsipHead = `[global]
type = global
endpoint_identifier_order = ip,username

[udp]
type = transport
protocol = udp
bind = %[1]s

[trunk]
type = endpoint
context = trunk-in
disallow = all
allow = alaw
aors = trunk
direct_media = no
send_pai = yes
trust_id_inbound = yes
trust_id_outbound = yes

[trunk]
type = aor
contact = sip:%[2]s

[trunk]
type = identify
endpoint = trunk
match = %[2]s
`

const pjsipPhone = `
[%[1]s]
type = endpoint
context = phones
disallow = all
allow = ulaw,alaw
aors = %[1]s
auth = %[1]s
mailboxes = %[1]s@vm
direct_media = no
send_pai = yes
trust_id_outbound = yes
callerid = "Phone %[1]s" <%[1]s>

[%[1]s]
type = auth
auth_type = userpass
username = %[1]s
password = ` + password + `

[%[1]s]
type = aor
max_contacts = 2
qualify_frequency = 1
`

const extensionsConf = `[phones]
exten => _10XX,1,Dial(PJSIP/${EXTEN},30)
exten => _10XX,n,Hangup(${HANGUPCAUSE})
exten => _0X.,1,Set(CALLERID(num)=0215881588)
exten => _0X.,n,Dial(PJSIP/${EXTEN}@trunk,30)
exten => _0X.,n,Hangup(${HANGUPCAUSE})
exten => 2001,1,Dial(PJSIP/1011,30,b(auto^s^1))
exten => 2002,1,Answer()
exten => 2002,n,Set(CONNECTEDLINE(name-charset,i)=utf8)
exten => 2002,n,Set(CONNECTEDLINE(name,i)=김철수)
exten => 2002,n,Set(CONNECTEDLINE(num)=01012345678)
exten => 2002,n,Echo()
exten => 2003,1,Answer()
exten => 2003,n,Read(keys,,3)
exten => 2003,n,SendDTMF(${keys}#,100)
exten => 2003,n,Wait(20)
exten => 2004,1,Ringing()
exten => 2004,n,Wait(30)
exten => 2005,1,Echo()
exten => 2006,1,Answer()
exten => 2006,n,VoiceMail(1014@vm,s)
exten => 2007,1,Progress()
exten => 2007,n,ConfBridge(2007,,quiet)
exten => 2008,1,Hangup(21)
exten => 1016,hint,PJSIP/1016

[auto]
exten => s,1,Set(PJSIP_HEADER(add,Call-Info)=<sip:127.0.0.1>\;answer-after=0)
exten => s,n,Return()

[trunk-in]
exten => 07045805605,1,Dial(PJSIP/1010,30)
exten => 07045144801,1,Dial(PJSIP/1012,30)
`

// voicemailConf takes messages of a second.
const voicemailConf = `[general]
format = wav
minsecs = 1
[vm]
1014 => 1234,Phone
`

// holdTone is what whoever is put on hold hears, in Hz.
const holdTone = 2500

// asterisk starts the server if none runs and returns its SIP address.
func asterisk(t *testing.T) string {
	t.Helper()
	server.once.Do(func() { server.err = startAsterisk(t.Context()) })
	if server.err != nil {
		t.Fatal(server.err)
	}
	return server.addr
}

func startAsterisk(ctx context.Context) error {
	tree, err := asteriskproc.Install(ctx, asteriskproc.InstallOptions{})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "sipphone")
	if err != nil {
		return err
	}
	server.dir = dir
	sip, err := server.ports.Pick(1)
	if err != nil {
		return err
	}
	media, err := server.ports.Pick(250)
	if err != nil {
		return err
	}
	server.addr = fmt.Sprintf("127.0.0.1:%d", sip)
	// The network is there first, and for all tests: so its port is surely ours.
	n, err := sipphone.NewNetwork(sipphone.NetworkOptions{Listen: "127.0.0.1:0", Server: server.addr})
	if err != nil {
		return err
	}
	if err := n.Start(ctx); err != nil {
		return err
	}
	server.network = n
	var pjsip strings.Builder
	fmt.Fprintf(&pjsip, pjsipHead, server.addr, n.Addr())
	for n := 1010; n < 1080; n++ {
		fmt.Fprintf(&pjsip, pjsipPhone, fmt.Sprint(n))
	}
	if err := os.Mkdir(filepath.Join(dir, "moh"), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "moh", "hold.sln"), sipphone.ToneSamples(holdTone, 10*time.Second), 0o600); err != nil {
		return err
	}
	err = asteriskproc.WriteFiles(filepath.Join(dir, "etc"), map[string]string{
		"asterisk.conf":    fmt.Sprintf(asteriskConf, dir, tree.ModulesDir(), tree.DataDir()),
		"modules.conf":     modulesConf,
		"pjsip.conf":       pjsip.String(),
		"extensions.conf":  extensionsConf,
		"rtp.conf":         fmt.Sprintf("[general]\nrtpstart = %d\nrtpend = %d\n", media, media+249),
		"voicemail.conf":   voicemailConf,
		"musiconhold.conf": fmt.Sprintf("[default]\nmode = files\ndirectory = %s/moh\n", dir),
		"confbridge.conf":  "[quiet]\ntype = user\nquiet = yes\n",
		"logger.conf":      "[logfiles]\nmessages => notice,warning,error\n",
	})
	if err != nil {
		return err
	}
	// Not the context of the test that happens to be first: it ends earlier.
	server.instance, err = asteriskproc.Start(context.WithoutCancel(ctx), asteriskproc.RunOptions{Tree: tree, Dir: dir})
	return err
}
