package catalog

import (
	"strings"
	"sync"
)

// block is what the table holds of a service.
type block struct {
	service Service
	errors  section
	actions section
	shapes  section
}

// blocks are the blocks that were read, by the names of their entries.
var blocks sync.Map

// readBlock returns the block of an entry, nil if there is none.
func readBlock(entry string) *block {
	if b, ok := blocks.Load(entry); ok {
		return b.(*block)
	}
	text := embedded().read(entry)
	if text == "" {
		return nil
	}
	b, _ := blocks.LoadOrStore(entry, parseBlock(text))
	return b.(*block)
}

// parseBlock takes a block's text apart: a line with the numbers of errors, actions
// and shapes and the service's names, then a line for each of them.
func parseBlock(text string) *block {
	all := splitLines(text)
	head := all.section(0, 1).line(0)
	errors, actions, shapes := number(cutWord(&head)), number(cutWord(&head)), number(cutWord(&head))
	b := &block{
		errors:  all.section(1, errors),
		actions: all.section(1+errors, actions),
		shapes:  all.section(1+errors+actions, shapes),
	}
	b.service.ErrorPrefix = plain(cutWord(&head))
	b.service.IAMPrefix = plain(cutWord(&head))
	b.service.Unlisted = cutWord(&head) == "u"
	b.service.ID = head
	b.service.Name = strings.ToLower(b.service.ErrorPrefix)
	return b
}

// plain returns a field's text, in which a dash stands for none.
func plain(field string) string {
	if field == "-" {
		return ""
	}
	return field
}

// errorNames returns the errors of a field of their numbers, with the service
// before those that do not tell it themselves.
func (b *block) errorNames(field string) []string {
	if b == nil {
		return nil
	}
	var names []string
	for _, word := range list(field) {
		name := b.errors.line(number(word))
		if name != "" && !strings.Contains(name, ".") {
			name = b.service.ErrorPrefix + "." + name
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}
