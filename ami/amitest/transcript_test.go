package amitest

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"
)

func TestParseTranscript(t *testing.T) {
	tr := ParseTranscript("x.txt", []byte("# what it is\n<<<< 0.000\nAsterisk Call Manager/11.0.0\r\n>>>> 0.100\nAction: Ping\r\n\r\n"+
		"<<<< 0.101\nResponse: Success\r\n<<<< 0.102\n\r\n#### 0.5 new connection: again\n<<<< 0.6\nAsterisk Call Manager/11.0.0\r\n#### 1.208 closed\nmore\n"))
	if tr.Comment != "what it is" || tr.Connections() != 2 || len(tr.Chunks) != 7 {
		t.Errorf("%+v", tr)
	}
	if got := string(tr.ReceivedOn(0)); got != "Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n" {
		t.Errorf("received %q", got)
	}
	if got := string(tr.SentOn(0)); got != "Action: Ping\r\n\r\n" {
		t.Errorf("sent %q", got)
	}
	if got := string(tr.ReceivedOn(1)); got != "Asterisk Call Manager/11.0.0\r\n" {
		t.Errorf("second connection %q", got)
	}
	if !bytes.Equal(tr.Received(), append(tr.ReceivedOn(0), tr.ReceivedOn(1)...)) {
		t.Error("Received is not both")
	}
	if c := tr.Chunks[3]; c.At != 102*time.Millisecond || c.Dir != Received {
		t.Errorf("%+v", c)
	}
	if c := tr.Chunks[6]; c.Dir != Note || string(c.Data) != "closed\nmore" {
		t.Errorf("%+v %q", c, c.Data)
	}
}

func TestRecordings(t *testing.T) {
	for version, want := range map[string]int{"16": 14, "22": 27} {
		all, err := LoadTranscripts(filepath.Join("../testdata", "asterisk-"+version))
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != want {
			t.Errorf("%d transcripts of %s", len(all), version)
		}
		for _, tr := range all {
			conns := 1
			switch tr.Name[:2] {
			case "03":
				conns = 11
			case "50":
				conns = 0 // figures, no dialogue
			}
			if tr.Connections() != conns || tr.Comment == "" {
				t.Errorf("%s: %d connections, %q", tr.Name, tr.Connections(), tr.Comment)
			}
		}
	}
	if _, err := LoadTranscripts(t.TempDir()); err == nil {
		t.Error("an empty folder is no error")
	}
	if _, err := LoadTranscript("none.txt"); err == nil {
		t.Error("no file is no error")
	}
}

// TestMessages: list items are told from events.
func TestMessages(t *testing.T) {
	tr, err := LoadTranscript("../testdata/asterisk-22/10_originate_click_to_call.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := make(map[string]int)
	for _, m := range tr.Messages() {
		if m.Event {
			names[headerOf(m.Data, "Event")]++
		}
	}
	if names["CoreShowChannel"] != 0 || names["Status"] != 0 || names["OriginateResponse"] != 1 || names["Newchannel"] != 4 || names["CoreShowChannelsComplete"] != 0 {
		t.Errorf("%v", names)
	}
}
