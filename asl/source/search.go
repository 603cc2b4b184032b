package source

import (
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Search finds the files of a folder that hold state machines. Its zero value is
// ready to use.
//
// A file is one of them if its name says so, which *.asl, *.asl.json, *.asl.yaml and
// *.asl.yml do, or if it is a .json, .yaml, .yml or .template file of at most
// [MaxBytes] whose content does: a definition, or a template with a state machine.
// Folders named node_modules or cdk.out are left out unless they are the one that is
// searched, and so is everything below it whose name starts with a dot.
type Search struct {
	// Exclude are patterns, as filepath.Match has them, of files and folders to leave
	// out: of their paths below the folder with slashes, or of their names alone.
	Exclude []string

	Looked int      // how many files had a name that made them worth reading
	Left   []string // the folders that were left out, but for hidden ones and excluded ones
}

// leftOut are the names of folders that hold what others made.
var leftOut = []string{"node_modules", "cdk.out"}

// Files yields what the files below a folder hold, in the order of their paths, or
// the error that kept one from being read. Folders that are symbolic links are left
// out, so that no loop of them is followed.
func (s *Search) Files(folder string) iter.Seq2[*File, error] {
	return func(yield func(*File, error) bool) {
		// What a link leads to is searched if the link is named.
		root, err := filepath.EvalSymlinks(folder)
		if err != nil {
			yield(nil, err)
			return
		}
		_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			below, _ := filepath.Rel(root, path)
			name := filepath.Join(folder, below)
			switch {
			case err != nil:
				if !yield(nil, err) {
					return fs.SkipAll
				}
				return nil
			case below == ".":
				return nil
			case s.excluded(below) || strings.HasPrefix(e.Name(), "."):
				return skip(e)
			case e.IsDir() && slices.Contains(leftOut, e.Name()):
				s.Left = append(s.Left, name)
				return fs.SkipDir
			case e.IsDir():
				return nil
			}
			if f, err := s.file(name); f != nil || err != nil {
				if !yield(f, err) {
					return fs.SkipAll
				}
			}
			return nil
		})
	}
}

func skip(e fs.DirEntry) error {
	if e.IsDir() {
		return fs.SkipDir
	}
	return nil
}

func (s *Search) excluded(below string) bool {
	below = filepath.ToSlash(below)
	return slices.ContainsFunc(s.Exclude, func(pattern string) bool {
		whole, _ := filepath.Match(pattern, below)
		last, _ := filepath.Match(pattern, below[strings.LastIndexByte(below, '/')+1:])
		return whole || last
	})
}

// definitionName tells from its name that a file is a definition; candidateName, that
// it may hold a state machine.
var (
	definitionName = regexp.MustCompile(`(?i)\.asl(\.json|\.ya?ml)?$`)
	candidateName  = regexp.MustCompile(`(?i)\.(json|ya?ml|template)$`)
)

// file returns what a file holds, and nil if it is none that holds state machines.
func (s *Search) file(name string) (*File, error) {
	sure := definitionName.MatchString(name)
	if !sure && !candidateName.MatchString(name) {
		return nil, nil
	}
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	s.Looked++
	if sure {
		return Read(name)
	}
	if info.Size() > MaxBytes {
		return nil, nil
	}
	text, err := readText(name)
	if err != nil {
		return nil, err
	}
	if !looksLikeDefinition(text) && !looksLikeTemplate(text) {
		return nil, nil
	}
	if f := Parse(name, text); f.Template && len(f.Machines)+len(f.Faults) > 0 || !f.Template && looksLikeDefinition(text) {
		return f, nil
	}
	return nil, nil
}

// A definition alone starts with one of the fields of a machine, and has its two
// required ones as keys of the document.
var (
	startsDefinition = regexp.MustCompile(`^\x{feff}?\s*\{\s*"(Comment|QueryLanguage|StartAt|States|TimeoutSeconds|Version)"\s*:`)
	yamlStartAt      = regexp.MustCompile(`(?m)^["']?StartAt["']?[ \t]*:`)
	yamlStates       = regexp.MustCompile(`(?m)^["']?States["']?[ \t]*:`)
)

func looksLikeDefinition(text string) bool {
	if startsDefinition.MatchString(text) {
		return strings.Contains(text, `"StartAt"`) && strings.Contains(text, `"States"`)
	}
	return yamlStartAt.MatchString(text) && yamlStates.MatchString(text)
}
