package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sounds"
)

func asteriskCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "asterisk", Short: "Get, configure and examine Asterisk servers",
		Long: "Get an Asterisk without installing one, write the files of a server of yours, and\n" +
			"see whether a server has what DIPCAST needs.\n\n" +
			"Asterisk를 준비하고, 서버의 설정 파일을 쓰고, 서버를 점검합니다.",
	}
	c.AddCommand(installCommand(), packCommand(), renderCommand(), doctorCommand())
	return c
}

// treeFlags say which tree of Asterisk is meant.
type treeFlags struct {
	version int
	dir     string
	lang    string
}

func (f *treeFlags) add(c *cobra.Command) {
	c.Flags().IntVar(&f.version, "version", int(asteriskproc.Asterisk22), "major version, 22 or 16")
	c.Flags().StringVar(&f.dir, "dir", "", "folder for unpacked Asterisks (default: "+asteriskproc.EnvCache+", .cache/asterisk in a checkout, or the user's cache)")
	langFlag(c, &f.lang)
}

func installCommand() *cobra.Command {
	var f treeFlags
	var o asteriskproc.InstallOptions
	c := &cobra.Command{
		Use: "install", Short: "Unpack a real Asterisk into a folder; no root, nothing on the host changes", Args: cobra.NoArgs,
		Long: "Unpack Asterisk from Debian's packages (about 90 MB to fetch, 230 MB on disk), or with\n" +
			"--from from a file that `dipcast asterisk pack` made on another machine.\n\n" +
			"Asterisk를 폴더 하나에 풉니다. root 권한이 필요 없고 시스템은 바뀌지 않습니다.",
		RunE: func(c *cobra.Command, _ []string) error {
			tree, l, err := f.install(c, o)
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			fmt.Fprintln(out, inLang(l, "Asterisk %s: %s", "Asterisk %s: %s", tree.Version, tree.Root))
			for _, n := range tree.Notes {
				fmt.Fprintln(out, "  "+n)
			}
			if missing, err := sounds.Missing(tree.SoundsDir()); err != nil {
				return err
			} else if len(missing) > 0 {
				fmt.Fprintln(out, "  "+inLang(l,
					"안내 음성 %[1]d개가 없습니다. 한국어 안내는 영어로 나옵니다. %[2]s",
					"%[1]d prompts are missing; Korean ones are heard in English. %[2]s", len(missing), tree.NoVoice))
			}
			return nil
		},
	}
	f.add(c)
	c.Flags().StringVar(&o.From, "from", "", "file made by pack, instead of a mirror")
	c.Flags().StringVar(&o.Mirror, "mirror", "", "Debian mirror (default: those of this host's apt)")
	c.Flags().BoolVar(&o.Fresh, "fresh", false, "unpack anew even if there is one")
	return c
}

func packCommand() *cobra.Command {
	var f treeFlags
	c := &cobra.Command{
		Use: "pack FILE", Short: "Pack an unpacked Asterisk into one file, for machines without a mirror", Args: cobra.ExactArgs(1),
		Long: "Pack an Asterisk that install unpacked (unpacking it first when there is none) into\n" +
			"FILE, a tar compressed with zstd. `dipcast asterisk install --from FILE` reads it.\n\n" +
			"인터넷이 없는 곳을 위해, 풀어 둔 Asterisk를 파일 하나로 묶습니다.",
		RunE: func(c *cobra.Command, args []string) error {
			tree, l, err := f.install(c, asteriskproc.InstallOptions{})
			if err != nil {
				return err
			}
			file, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), inLang(l, "Asterisk %s을(를) 묶습니다…", "packing Asterisk %s…", tree.Version))
			if err := asteriskproc.Pack(c.Context(), tree.Root, file); err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), inLang(l,
				"%[1]s\n다른 컴퓨터에서: dipcast asterisk install --version %[2]d --from %[3]s",
				"%[1]s\nOn the other machine: dipcast asterisk install --version %[2]d --from %[3]s",
				file, f.version, filepath.Base(file)))
			return nil
		},
	}
	f.add(c)
	return c
}

// install gives the tree, showing on one line how far it is.
func (f *treeFlags) install(c *cobra.Command, o asteriskproc.InstallOptions) (*asteriskproc.Tree, demo.Lang, error) {
	l, err := chooseLang(f.lang)
	if err != nil {
		return nil, l, err
	}
	out := c.OutOrStdout()
	show, done := demo.Progress(out, isTerminal(out), l)
	o.Version, o.Dir, o.Progress = asteriskproc.Version(f.version), f.dir, show
	tree, err := asteriskproc.Install(c.Context(), o)
	done()
	return tree, l, err
}

// inLang is a text in the language, with the same values in both.
func inLang(l demo.Lang, ko, en string, args ...any) string {
	if l == demo.English {
		ko = en
	}
	return fmt.Sprintf(ko, args...)
}
