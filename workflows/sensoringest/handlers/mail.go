package handlers

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

// Mailer sends summaries by e-mail. It is safe for concurrent use if its client
// is.
type Mailer struct {
	SES  SES
	From string   // an address that Amazon SES knows as verified
	To   []string // up to 50 addresses
}

// SendSummary sends the summary. Amazon SES does not recognise a repeated request:
// a call whose answer was lost and that is made again sends a second e-mail.
func (m *Mailer) SendSummary(ctx context.Context, s sensoringest.Summary) (sensoringest.Sent, error) {
	out, err := m.SES.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress: &m.From,
		Destination:      &types.Destination{ToAddresses: m.To},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: content(subject(s)),
			Body:    &types.Body{Text: content(body(s))},
		}},
	})
	if err != nil {
		return sensoringest.Sent{}, fault(err)
	}
	return sensoringest.Sent{MessageID: aws.ToString(out.MessageId)}, nil
}

func content(text string) *types.Content {
	return &types.Content{Data: &text, Charset: aws.String("UTF-8")}
}

func subject(s sensoringest.Summary) string {
	text := fmt.Sprintf("%s: %s stored", printable(s.Object.Key), count(s.Stored, "reading"))
	if s.Rejected > 0 {
		text += fmt.Sprintf(", %s rejected", count(s.Rejected, "row"))
	}
	if s.Conflicts > 0 {
		text += fmt.Sprintf(", %s", count(s.Conflicts, "conflict"))
	}
	return text
}

func body(s sensoringest.Summary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The file %s in bucket %s has been processed.\n\n", printable(s.Object.Key), s.Object.Bucket)
	fmt.Fprintf(&b, "%s in the file\n", count(s.Rows, "row"))
	fmt.Fprintf(&b, "%s stored\n", count(s.Stored, "reading"))
	fmt.Fprintf(&b, "%s repeated\n", count(s.Repeated, "row"))
	fmt.Fprintf(&b, "%s rejected\n", count(s.Rejected, "row"))
	fmt.Fprintf(&b, "%s\n", count(s.Conflicts, "conflict"))
	if s.RejectedKey != "" {
		fmt.Fprintf(&b, "\nThe rejected rows are not stored. They are listed, with line numbers and reasons, in\ns3://%s/%s\n", s.Object.Bucket, printable(s.RejectedKey))
	}
	if s.ConflictsKey != "" {
		fmt.Fprintf(&b, "\nA conflict is a reading that gives another value than an earlier row for the same\nsensor and second. Both are stored. They are listed in\ns3://%s/%s\n", s.Object.Bucket, printable(s.ConflictsKey))
	}
	return b.String()
}

func count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// printable replaces what could break a line or a header: a key may hold any
// character.
func printable(key string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, key)
}
