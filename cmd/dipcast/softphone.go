package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/softphone"
)

// linkCommand makes a link that sets up an extension's softphone.
func linkCommand() *cobra.Command {
	var f consoleFlags
	device, list, revoke := -1, false, ""
	c := &cobra.Command{
		Use: "softphone NUMBER", Short: "Make a link and a QR code that set up the app on a mobile phone", Args: cobra.ExactArgs(1),
		Long: "Make a link that sets up Acrobits Softphone on Android or iOS, once, and print it with its\n" +
			"QR code. Send the person the link: its page shows the code. An extension without a\n" +
			"softphone gets one.\n\n" +
			"휴대폰 앱(Acrobits Softphone)을 설정하는 링크와 QR 코드를 만듭니다. 한 번만 쓸 수 있습니다.",
		Example: "  dipcast extension softphone 1010\n  dipcast extension softphone 1010 --list\n  dipcast extension softphone 1010 --revoke J42G47XHAE",
		RunE: func(c *cobra.Command, args []string) error {
			return f.open(c, func(ctx context.Context, s *console) error {
				q, err := s.whose(ctx)
				if err != nil {
					return err
				}
				path := "/extensions/" + url.PathEscape(args[0]) + "/softphone"
				switch {
				case list:
					return s.list(ctx, path, q, []string{"id", "device", "by", "created_at", "expires_at", "used_at"})
				case revoke != "":
					a, err := s.do(ctx, del, path+"/"+url.PathEscape(revoke), q, nil)
					if err != nil {
						return err
					}
					if done, err := s.printed(a); done || err != nil {
						return err
					}
					s.say("링크 %s은(는) 이제 쓸 수 없습니다.", "the link %s does not work any more.", revoke)
					return nil
				}
				body := map[string]any{}
				if device >= 0 {
					body["device"] = device
				}
				a, err := s.do(ctx, post, path, q, body)
				if err != nil {
					return fmt.Errorf("extension %s: %w", args[0], err)
				}
				if done, err := s.printed(a); done || err != nil {
					return err
				}
				return s.softphone(a)
			})
		},
	}
	f.add(c)
	c.Flags().IntVar(&device, "device", -1, "which of its phones, from 0; its first softphone when left out")
	c.Flags().BoolVar(&list, "list", false, "list the links that are not past")
	c.Flags().StringVar(&revoke, "revoke", "", "id of a link that is to work no more")
	c.MarkFlagsMutuallyExclusive("list", "revoke", "device")
	return c
}

// softphone prints a link that was made.
func (k *console) softphone(a answer) error {
	var l struct {
		ID      string    `json:"id"`
		Device  string    `json:"device_name"`
		URL     string    `json:"url"`
		Expires time.Time `json:"expires_at"`
		Push    bool      `json:"push"`
		Applied int       `json:"applied"`
		Problem string    `json:"problem"`
		QR      struct {
			Text string `json:"text"`
		} `json:"qr"`
	}
	if err := json.Unmarshal(a.Data, &l); err != nil {
		return err
	}
	code, err := softphone.NewCode(l.QR.Text)
	if err != nil {
		return err
	}
	fmt.Fprint(k.out, code.Text())
	k.say("%[1]s\n\n전화기 %[2]s, 링크 %[3]s: %[4]s까지 한 번만 쓸 수 있습니다.", "%[1]s\n\nPhone %[2]s, link %[3]s: works once, until %[4]s.",
		l.URL, l.Device, l.ID, l.Expires.Local().Format("2006-01-02 15:04"))
	if l.Push {
		k.say("푸시 서비스: 켜짐. 앱 제작사가 이 전화기의 비밀번호를 받습니다.", "Push service: on. The app's maker is told this phone's password.")
	}
	switch {
	case l.Problem != "":
		return errors.New(l.Problem)
	case l.Applied > 0:
		k.say("서버 %d대에 적용했습니다.", "It counts on %d servers.", l.Applied)
	case !k.Running:
		k.applied()
	}
	return nil
}

var softphoneFields = kind{use: "softphone", fields: []flagOf{
	{"push", "push", asBool, "the push service of the app's maker registers for phones that sleep, and is told their passwords"},
}}

// softphoneCommand is what holds for all softphones of a company.
func softphoneCommand() *cobra.Command {
	const path = "/softphone"
	c := &cobra.Command{
		Use: "softphone", Short: "Settings of a company's softphones (휴대폰 앱)",
		Long: "Show and change what holds for all softphones of a company. Links are made by\n" +
			"dipcast extension softphone. See docs/phones.md for what the push service is told.\n\n" +
			"회사의 모든 휴대폰 앱에 적용되는 설정을 보고 바꿉니다.",
		Example: "  dipcast softphone show\n  dipcast softphone update --push",
	}
	update := wholeCommand(&cobra.Command{Use: "update", Short: "Change it: what is not named stays", Args: cobra.NoArgs}, path,
		"휴대폰 앱 설정을 바꾸었습니다. 이미 설정한 전화기는 새 링크로 다시 설정해야 바뀝니다.",
		"softphones are changed. Phones that are set up already keep what they got: make them a new link.", func(c *cobra.Command, _ []string, v *map[string]any) error {
			return softphoneFields.body(c, *v)
		})
	softphoneFields.addFlags(update)
	c.AddCommand(readCommand("show", "Show it", path, func(s *console, a answer) error { return s.object(a) }), update)
	return c
}
