package workstest

import (
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// member gives a person of the app's tenant by member id, login e-mail or
// externalKey:…, nil when there is none.
func (s *Server) member(a *App, id string) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(a, id)
}

// find is member for who holds mu.
func (s *Server) find(a *App, id string) *User {
	if u := s.byID[id]; u != nil && a.owns(u.Domain) {
		return u
	}
	for _, u := range s.users {
		key, byKey := strings.CutPrefix(id, "externalKey:")
		if !a.owns(u.Domain) || id == "" {
			continue
		}
		if strings.EqualFold(u.Email, id) || (byKey && key != "" && u.ExternalKey == key) {
			return u
		}
	}
	return nil
}

// shown is a member as the API gives it (docs/user-get). Numbers that are not
// there come as null.
func (u *User) shown() map[string]any {
	m := map[string]any{
		"domainId": u.Domain, "userId": u.ID, "email": u.Email, "nickName": "", "locale": u.Locale, "timeZone": "Asia/Seoul",
		"userName": map[string]string{"lastName": u.LastName, "firstName": u.FirstName}, "i18nNames": []any{},
		"userExternalKey": nil, "telephone": nil, "cellPhone": nil, "isSuspended": u.Suspended, "isDeleted": false,
		"organizations": []any{map[string]any{"domainId": u.Domain, "primary": true, "orgUnits": []any{}}},
	}
	for k, v := range map[string]string{
		"userExternalKey": u.ExternalKey, "telephone": u.Telephone, "cellPhone": u.CellPhone, "employeeNumber": u.EmployeeNumber,
	} {
		if v != "" {
			m[k] = v
		}
	}
	return m
}

func getUser(c *call) reply {
	id := c.r.PathValue("user")
	if id == "me" {
		if c.grant.user == "" {
			return failure(http.StatusForbidden, "SERVICE_ACCOUNT_NOT_ALLOWED", "a service account is no member")
		}
		id = c.grant.user
	}
	u := c.s.member(c.app, id)
	if u == nil {
		return missing("USER")
	}
	return answer(http.StatusOK, u.shown())
}

// listUsers gives pages (docs/user-list). The cursors are opaque and hold + / and
// =, so that a client which does not encode them breaks.
func listUsers(c *call) reply {
	q := c.r.URL.Query()
	domain, err := int64(0), error(nil)
	if q.Has("domainId") {
		if domain, err = strconv.ParseInt(q.Get("domainId"), 10, 32); err != nil {
			return invalid("domainId")
		}
		if !c.app.owns(domain) {
			return failure(http.StatusForbidden, "ACCESS_DENIED", "domainId is not of this tenant")
		}
	} else {
		domain = c.app.Domain
	}
	size := 100
	if q.Has("count") {
		if size, err = strconv.Atoi(q.Get("count")); err != nil || size < 1 || size > 100 {
			return invalid("count must be 1 to 100")
		}
	}
	from := 0
	if q.Has("cursor") {
		if from = place(q.Get("cursor")); from < 0 {
			return invalid("cursor")
		}
	}
	size = min(size, c.s.o.PageSize)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	all := slices.DeleteFunc(slices.Clone(c.s.users), func(u *User) bool { return u.Domain != domain })
	page, next := []any{}, ""
	for _, u := range all[min(from, len(all)):min(from+size, len(all))] {
		page = append(page, u.shown())
	}
	if from+size < len(all) {
		next = cursor(from + size)
	}
	return answer(http.StatusOK, map[string]any{"users": page, "responseMetaData": map[string]string{"nextCursor": next}})
}

// cursor hides a place in the list: three bytes that are +//+ in base64, the
// place, and so long that it ends with ==.
func cursor(at int) string {
	b := binary.BigEndian.AppendUint32([]byte{0xfb, 0xff, 0xfe}, uint32(at))
	return base64.StdEncoding.EncodeToString(b)
}

// place is the opposite; -1 for what is no cursor of ours.
func place(s string) int {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) != 7 || b[0] != 0xfb || b[1] != 0xff || b[2] != 0xfe {
		return -1
	}
	return int(binary.BigEndian.Uint32(b[3:]))
}
