package demo

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
)

// The two companies. They share extension numbers and a server on purpose: what
// keeps them apart is to be seen.
const (
	Tenant2  = "7be69580e27641df" // of the documents, number 2
	Tenant10 = "0123456789abcdef" // number 10
)

// The demo's logins and app keys, all published: every listener is loopback.
const (
	Login2    = "demo"     // and its password
	Employee2 = "demo1010" // of the extension 1010 alone, and its password
	AppKey2   = "demo"
	AppKeyDoc = "얼씨구절씨구" // the documents' key, of tenant 2 too
	Login10   = "demo10"
	AppKey10  = "demo10"
	Operator  = "ops"
)

// The numbers that the telephone network answers for.
const (
	Mobile      = "01026132471" // where the documents divert to
	OtherMobile = "01099552471"
	Company     = "16682471"
	Friend      = "01012345678"
)

// firm is one tenant as all parts of the demo need it.
type firm struct {
	id         string
	number     int
	name       string
	servers    []int
	extensions []person // number is the extension
	dids       map[string]string
	didOrder   []string
	numbers    []string
	login      string
	appKeys    []string
}

// person is a number and who has it.
type person struct{ number, name string }

var companies = []firm{
	{
		id: Tenant2, number: 2, name: "얼쑤팩토리", servers: []int{1, 2},
		extensions: []person{{"1010", "홍길동"}, {"1013", "지화자"}, {"1018", "성춘향"}},
		dids:       map[string]string{"07045805605": "1010", "07045144801": "1013"},
		didOrder:   []string{"07045805605", "07045144801"},
		numbers:    []string{"16682471", "16662471"},
		login:      Login2, appKeys: []string{AppKey2, AppKeyDoc},
	},
	{
		id: Tenant10, number: 10, name: "소리나루", servers: []int{1},
		extensions: []person{{"1010", "이몽룡"}, {"1013", "심청"}, {"1018", "방자"}},
		dids:       map[string]string{"07010100000": "1010"},
		didOrder:   []string{"07010100000"},
		login:      Login10, appKeys: []string{AppKey10},
	},
}

// serverNames are the demo's servers; the first has the id 1.
var serverNames = [...]string{"dcrm.makecall.io", "dcrm2.makecall.io"}

// answering are the numbers of the contract, and who picks up.
var answering = []person{
	{Mobile, "홍길동 휴대폰"}, {OtherMobile, "지화자 휴대폰"}, {Company, "얼쑤 고객센터"}, {Friend, "김민수"},
}

// callers are people who call in. The network answers for them too, so a missed
// call can be called back.
var callers = []person{
	{Friend, "김민수"},
	{OtherMobile, "지화자"},
	{"01000421188", "이서연"},
	{"01000713320", "박도윤"},
	{"01000958804", "최하은"},
	{"0200031700", "한빛상사"},
	{"0310005521", "정우진 과장"},
	{"0510007745", "바다횟집"},
	{"07000112233", "새벽배송"},
	{"01000260419", "윤지우"},
	{"01000339057", ""}, // a caller without a name
	{"15000119", "든든은행 콜센터"},
}

// on reports whether the company is on the server.
func (c *firm) on(server int) bool {
	for _, id := range c.servers {
		if id == server {
			return true
		}
	}
	return false
}

// logins are the credentials as the configuration has them.
func (c *firm) logins() ([]config.Login, []config.AppKey) {
	var keys []config.AppKey
	for i, k := range c.appKeys {
		name := "demo"
		if i > 0 {
			name = "document"
		}
		keys = append(keys, config.AppKey{Name: name, Key: config.NewSecret(k)})
	}
	logins := []config.Login{{Username: c.login, Password: config.NewSecret(c.login)}}
	if c.login == Login2 {
		logins = append(logins, config.Login{Username: Employee2, Password: config.NewSecret(Employee2), Extension: "1010"})
	}
	return logins, keys
}

// configured is the company as the configuration has it.
func (c *firm) configured() config.Tenant {
	t := config.Tenant{
		ID: c.id, Number: c.number, Name: c.name, Servers: c.servers,
		DIDs: c.dids, Numbers: c.numbers,
		Limits: config.Limits{PerMinute: callsPerMinute},
	}
	for _, e := range c.extensions {
		t.Extensions = append(t.Extensions, e.number)
	}
	t.Logins, t.AppKeys = c.logins()
	return t
}

// rendered is the company as Asterisk has it. secret gives a phone's password.
func (c *firm) rendered(secret func(ext string) string) company.Company {
	t := company.Company{ID: c.id, Number: c.number, Name: c.name, DIDs: company.DIDs(c.dids), Numbers: c.numbers}
	for _, e := range c.extensions {
		t.Extensions = append(t.Extensions, company.Extension{
			Number: e.number, Name: e.name, Devices: company.Phone(secret(e.number)), RingSeconds: ringSeconds,
		})
	}
	return t
}

// callsPerMinute is how many calls to the network an extension may make in the
// demo: more than elsewhere, for whoever tries things out.
const callsPerMinute = 60

// ringSeconds is how long a phone rings before a call is missed, or diverted by
// CFN: short, so that who tries it need not wait.
const ringSeconds = 15
