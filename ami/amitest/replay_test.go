package amitest

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// replayed are the recorded dialogues that the Server must answer in the same
// bytes, and the ActionIDs of what it does not claim to know.
var replayed = map[string][]string{
	"01_login_plain_ping_logoff.txt":   nil,
	"02_login_md5.txt":                 nil,
	"03_login_failed.txt":              nil,
	"04_login_tls.txt":                 nil,
	"05_database_command.txt":          {"cmd-43", "cmd-44"}, // database query
	"06_DBGet_DBPut_DBDel.txt":         nil,
	"07_command_multiline_unknown.txt": rangeOf("cmd-", 75, 85, 88, 89, 91, 93, 95),
	"08_lists_status.txt": rangeOf("ls-", 97, 97, 100, 107, 108, 110, 111, 112, 113, 116, 121, 126, 127, 128, 129, 130,
		132, 133, 134, 135, 136, 137, 139, 140, 141, 143),
	"09_limited_user.txt": nil,
}

// rangeOf returns ids from a to b, and the further ones.
func rangeOf(prefix string, a, b int, more ...int) []string {
	var ids []string
	for i := a; i <= b; i++ {
		ids = append(ids, fmt.Sprint(prefix, i))
	}
	for _, i := range more {
		ids = append(ids, fmt.Sprint(prefix, i))
	}
	return ids
}

// recordedWorld is what the recorded Asterisk had configured.
func recordedWorld(version string) func(*World) {
	return func(w *World) {
		w.Calls = 4
		w.Queues = []Queue{{Name: "q-100", Strategy: "ringall", Members: []Member{
			{"Lee 1013", "PJSIP/1013", "static", "1", "1", "0"},
			{"김영업", "PJSIP/1010", "static", "0", "1", "0"},
		}}}
		w.Endpoints = []Endpoint{
			{"1010", "transport-udp", "1010", "", "1010/sip:1010@127.0.0.1:5071,", "Not in use"},
			{"1013", "transport-udp", "1013", "", "1013/sip:1013@127.0.0.1:5073,", "Not in use"},
			{"1020", "transport-udp", "1020", "1020", "", "Unavailable"},
			{"faxloop", "transport-udp", "faxloop", "", "faxloop/sip:127.0.0.1:5060,", "Not in use"},
			{"trk-1", "transport-udp", "trk-1", "", "trk-1/sip:127.0.0.3:5090,", "Not in use"},
		}
		if version == "16" {
			e := w.Endpoints
			w.Endpoints = []Endpoint{e[0], e[1], e[4], e[3], e[2]}
		}
		w.Hints = []Hint{
			{"1010", "T2_hints", "PJSIP/1010", "0", "Idle"},
			{"1013", "T2_hints", "PJSIP/1013", "0", "Idle"},
			{"1020", "T2_hints", "PJSIP/1020", "4", "Unavailable"},
		}
		for _, d := range []string{"Queue:q-100_pause_PJSIP/1010", "Queue:q-100_pause_PJSIP/1013", "PJSIP/trk-1", "Queue:q-100_avail", "PJSIP/faxloop", "PJSIP/1010", "PJSIP/1013", "PJSIP/1020"} {
			state := "NOT_INUSE"
			if d == "PJSIP/1020" {
				state = "UNAVAILABLE"
			}
			if d == "Queue:q-100_avail" && version == "16" {
				state = "INUSE"
			}
			w.Devices = append(w.Devices, Device{d, state})
		}
		w.globals = map[string]string{"T2": "7be69580e27641df"}
	}
}

// volatile are parts that differ from run to run.
var volatile = regexp.MustCompile(`(?m)^(Timestamp|Challenge|Uptime|LastReload|EventTV|SessionID|LocalAddress|RemoteAddress|SessionTV|UsingPassword|LoginTime|Core\w+(Date|Time)): .*\r\n`)

func TestReplay(t *testing.T) {
	for _, version := range []string{"16", "22"} {
		for name, unknown := range replayed {
			t.Run(version+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					tr, err := LoadTranscript(filepath.Join("../testdata/asterisk-"+version, name))
					if err != nil {
						t.Fatal(err)
					}
					replay(t, version, tr, unknown)
				})
			})
		}
	}
}

func replay(t *testing.T, version string, tr *Transcript, unknown []string) {
	s := New(Options{Version: version, Users: []User{
		{Name: "gw", Secret: "gw-secret"},
		{Name: "limited", Secret: "limited", Read: []string{"call"}, Write: []string{"call"}},
	}})
	defer s.Close()
	s.Update(recordedWorld(version))
	if strings.HasPrefix(tr.Name, "05") {
		pbx := regexp.MustCompile(`/pbx/UUID +: (\S+)`).FindSubmatch(tr.Received())
		s.DB().Put("pbx", "UUID", string(pbx[1]))
	}
	skip := func(id string) bool {
		for _, u := range unknown {
			if id == u {
				return true
			}
		}
		return false
	}
	for conn := range tr.Connections() {
		client, err := s.Dial(context.Background(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		lines := collect(client)
		synctest.Wait()
		lines()
		var id string
		var want []byte
		check := func() {
			if want == nil || skip(id) {
				return
			}
			<-time.After(2 * time.Second) // refused logins take one
			synctest.Wait()
			got := lines()
			if g, w := normal(got), normal(want); g != w {
				t.Errorf("%s: got\n%s\nwant\n%s", id, g, w)
			}
		}
		for _, c := range tr.Chunks {
			if c.Conn != conn {
				continue
			}
			switch c.Dir {
			case Sent:
				check()
				synctest.Wait()
				lines()
				id, want = headerOf(c.Data, "ActionID"), []byte{}
				data := c.Data
				if strings.HasPrefix(tr.Name, "02") {
					data = rightKey.ReplaceAll(data, []byte("Key: "+keyOf(s)+"\r\n"))
				}
				if _, err := client.Write(data); err != nil {
					t.Fatalf("%s: %v", id, err)
				}
				synctest.Wait()
			case Received:
				if want != nil {
					want = append(want, c.Data...)
				}
			}
		}
		check()
		_ = client.Close()
	}
}

var rightKey = regexp.MustCompile(`Key: [0-9a-f]{32}\r\n`)

// keyOf answers the challenge that the Server gave last.
func keyOf(s *Server) string {
	for _, c := range s.all() {
		sum := md5.Sum([]byte(c.challenge + "gw-secret"))
		return hex.EncodeToString(sum[:])
	}
	return ""
}

// normal removes volatile lines.
func normal(b []byte) string {
	return volatile.ReplaceAllString(string(b), "")
}

// collect reads c in the background; the returned function takes what came.
func collect(c net.Conn) func() []byte {
	got := make(chan []byte, 1)
	got <- nil
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := c.Read(buf)
			b := <-got
			got <- append(b, buf[:n]...)
			if err != nil {
				return
			}
		}
	}()
	return func() []byte {
		b := <-got
		got <- nil
		return b
	}
}
