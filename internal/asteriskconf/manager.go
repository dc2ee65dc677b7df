package asteriskconf

import (
	"fmt"
	"strings"
)

// Classes of rights, by what each user does. Sources: the third argument of
// ast_manager_register_xml in main/manager.c and the modules.
//
// Asterisk sends FullyBooted after login, and Shutdown, to users that read
// system. OriginateResponse is of class call. The class reporting, which would
// add RTCP reports by the second, is left out of what is read.
const (
	readEvents   = "system,call,agent,user,cdr,dialplan,dtmf,originate,cc,security,aoc"
	readCalls    = "system,call"
	readDatabase = "system"

	writeEvents   = "reporting"                      // lists and states, to read a snapshot in step with the events
	writeCalls    = "call,originate,reporting,agent" // agent: members of queues
	writeDatabase = "system,reporting"               // DBPut and DBDel are of class system
	writeCommand  = ",command"
)

// twoInOne is a regular expression (POSIX, extended) that finds a blank line in the
// middle of an event. Asterisk unescapes the user part of SIP URIs and writes it into
// events as it is, so that %0D%0A%0D%0AEvent%3A%20Hangup in a From, of anyone who sends a
// datagram, would be an event of its own (AccountID of security events, CallerIDNum). A
// file of Asterisk's cannot hold a line feed: between a tab and a vertical tab stand
// just these two and it. No sound event has two of them in a row.
const twoInOne = "[\t-\v]\r?[\t-\v]."

func managerConf(in Input) string {
	var b strings.Builder
	fmt.Fprintf(&b, `[general]
enabled=yes
webenabled=no
bindaddr=%s
port=%d
displayconnects=no
timestampevents=no
allowmultiplelogin=yes
authtimeout=10
authlimit=50
`, in.AMI.Address, in.AMI.Port)
	u := in.AMI.Users
	command := ""
	if u.Commands {
		command = writeCommand
	}
	writeUser(&b, in, u.Events, readEvents, writeEvents, nil)
	// These two get the few events they need on their own link.
	writeUser(&b, in, u.Calls, readCalls, writeCalls, []string{"FullyBooted", "Shutdown", "OriginateResponse"})
	writeUser(&b, in, u.Database, readDatabase, writeDatabase+command, []string{"FullyBooted", "Shutdown"})
	writeUser(&b, in, u.All, readEvents, "system,"+writeCalls+command, nil)
	return b.String()
}

func writeUser(b *strings.Builder, in Input, u User, read, write string, only []string) {
	if u.Name == "" {
		return
	}
	fmt.Fprintf(b, "\n[%s]\nsecret=%s\nread=%s\nwrite=%s\n", u.Name, quoted(u.Secret), read, write)
	// Asterisk cuts off who does not take events for this long, in ms; its
	// default is 100.
	b.WriteString("writetimeout=10000\ndeny=0.0.0.0/0.0.0.0\ndeny=::/0\n")
	for _, p := range in.AMI.Permit {
		fmt.Fprintf(b, "permit=%s\n", p.Masked())
	}
	if only != nil {
		fmt.Fprintf(b, "eventfilter=^Event: (%s)[^[:alnum:]]\n", strings.Join(only, "|"))
	}
	b.WriteString("; no event that holds another one: what callers choose may hold line breaks\neventfilter=!" + twoInOne + "\n")
}
