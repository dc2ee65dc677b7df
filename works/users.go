package works

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// User is a member of the directory (docs/user-get). Which fields come depends on
// the properties that the administrator has switched on.
type User struct {
	DomainID       int64    `json:"domainId"`
	ID             string   `json:"userId"`
	ExternalKey    string   `json:"userExternalKey"`
	Email          string   `json:"email"`
	Name           UserName `json:"userName"`
	Nickname       string   `json:"nickName"`
	Telephone      string   `json:"telephone"` // as people write it: 02-123-4567(1001)
	CellPhone      string   `json:"cellPhone"`
	EmployeeNumber string   `json:"employeeNumber"`
	Locale         string   `json:"locale"` // ko_KR
	Suspended      bool     `json:"isSuspended"`
	Deleted        bool     `json:"isDeleted"`
}

// UserName is a name in two parts.
type UserName struct {
	Last  string `json:"lastName"`
	First string `json:"firstName"`
}

// FullName is the name as it is written in the person's language: in Korean and
// Japanese without a space, last name first.
func (u *User) FullName() string {
	last, first := strings.TrimSpace(u.Name.Last), strings.TrimSpace(u.Name.First)
	if strings.HasPrefix(u.Locale, "en") {
		return strings.TrimSpace(first + " " + last)
	}
	return last + first
}

// maxPages bounds a listing: 100 people a page.
const maxPages = 1000

// ErrPaging reports a listing that does not end, or turns in a circle.
var ErrPaging = errors.New("listing of people does not end")

// Users gives all members of a domain; 0 is the domain of the app. each is
// called with a page at a time; its error ends the listing and is returned.
func (c *Client) Users(ctx context.Context, domain int64, each func([]User) error) error {
	cursor, seen := "", map[string]bool{}
	for range maxPages {
		q := url.Values{"count": {"100"}}
		if domain != 0 {
			q.Set("domainId", strconv.FormatInt(domain, 10))
		}
		if cursor != "" {
			q.Set("cursor", cursor)
		}
		var page struct {
			Users []User `json:"users"`
			Meta  struct {
				Next string `json:"nextCursor"`
			} `json:"responseMetaData"`
		}
		if _, err := c.do(ctx, request{op: OpUsers, method: http.MethodGet, path: "/users?" + q.Encode(), into: &page}); err != nil {
			return err
		}
		if err := each(page.Users); err != nil {
			return err
		}
		if cursor = page.Meta.Next; cursor == "" {
			return nil
		}
		if seen[cursor] {
			return fmt.Errorf("%s: %w: a cursor came twice", OpUsers, ErrPaging)
		}
		seen[cursor] = true
	}
	return fmt.Errorf("%s: %w: more than %d pages", OpUsers, ErrPaging, maxPages)
}

// User gives one member by id, e-mail or externalKey:….
func (c *Client) User(ctx context.Context, id string) (*User, error) {
	var u User
	if _, err := c.do(ctx, request{op: OpUser, method: http.MethodGet, path: "/users/" + url.PathEscape(id), into: &u}); err != nil {
		return nil, err
	}
	return &u, nil
}
