package tasks

import (
	"time"

	"github.com/stepwise-go/stepwise/dsl"
)

// SNSPublish sends a message to a topic or to a phone number (sns:publish).
type SNSPublish struct {
	Topic           Topic
	TopicARN        dsl.Value[string] // instead of Topic, if computed
	PhoneNumber     dsl.Value[string] // instead of a topic
	Message         any               // a text, or data, which is sent as JSON
	Subject         dsl.Value[string]
	Attributes      dsl.Object        // MessageAttributes, as the API has them
	GroupID         dsl.Value[string] // of FIFO topics
	DeduplicationID dsl.Value[string]
	Extra           dsl.Object
}

// SNSPublished is the result of [SNSPublish].
type SNSPublished struct {
	MessageID      string `json:"MessageId"`
	SequenceNumber string `json:",omitempty"` // of FIFO topics
}

func (p SNSPublish) callback() call {
	a := newArguments(p.Extra).handle("TopicArn", string(p.Topic), p.Topic.ARN()).text("TopicArn", p.TopicARN).
		text("PhoneNumber", p.PhoneNumber).any("Message", p.Message).text("Subject", p.Subject).
		text("MessageGroupId", p.GroupID).text("MessageDeduplicationId", p.DeduplicationID)
	if p.Attributes != nil {
		a.o["MessageAttributes"] = p.Attributes
	}
	return call{resource: optimized + "sns:publish", args: a.o}
}

// Integration makes it an action.
func (p SNSPublish) Integration() dsl.Integration[SNSPublished] {
	return integration[SNSPublished](p.callback(), "")
}

// SQSSendMessage sends a message to a queue (sqs:sendMessage).
type SQSSendMessage struct {
	Queue           Queue
	QueueURL        dsl.Value[string] // instead of Queue, if computed
	Body            any               // a text, or data, which is sent as JSON
	Delay           time.Duration     // until consumers see it; whole seconds, up to 15 minutes
	Attributes      dsl.Object        // MessageAttributes, as the API has them
	GroupID         dsl.Value[string] // of FIFO queues
	DeduplicationID dsl.Value[string]
	Extra           dsl.Object
}

// SQSSent is the result of [SQSSendMessage].
type SQSSent struct {
	MessageID        string `json:"MessageId"`
	MD5OfMessageBody string
	SequenceNumber   string `json:",omitempty"` // of FIFO queues
}

func (s SQSSendMessage) callback() call {
	a := newArguments(s.Extra).handle("QueueUrl", string(s.Queue), s.Queue.URL()).text("QueueUrl", s.QueueURL).
		any("MessageBody", s.Body).text("MessageGroupId", s.GroupID).text("MessageDeduplicationId", s.DeduplicationID)
	if s.Delay != 0 {
		a.o["DelaySeconds"] = dsl.Seconds(s.Delay)
	}
	if s.Attributes != nil {
		a.o["MessageAttributes"] = s.Attributes
	}
	return call{resource: optimized + "sqs:sendMessage", args: a.o}
}

// Integration makes it an action.
func (s SQSSendMessage) Integration() dsl.Integration[SQSSent] {
	return integration[SQSSent](s.callback(), "")
}

// PutEvents sends events to event buses (events:putEvents). The task fails with
// EventBridge.FailedEntry if one of them is not taken.
type PutEvents struct {
	Events []Event
	Extra  dsl.Object
}

// Event is an event of [PutEvents].
type Event struct {
	Bus       Bus // "" is the account's default bus
	Source    dsl.Value[string]
	Type      dsl.Value[string] // DetailType
	Detail    any               // data
	Resources []dsl.Value[string]
	Extra     dsl.Object
}

// EventsPut is the result of [PutEvents].
type EventsPut struct {
	Entries []struct {
		EventID string `json:"EventId"`
	}
	FailedEntryCount int
}

func (p PutEvents) callback() call {
	entries := make([]any, len(p.Events))
	for i, e := range p.Events {
		a := newArguments(e.Extra).handle("EventBusName", string(e.Bus), e.Bus.Name()).
			text("Source", e.Source).text("DetailType", e.Type).any("Detail", e.Detail)
		if e.Resources != nil {
			a.o["Resources"] = e.Resources
		}
		entries[i] = a.o
	}
	return call{resource: optimized + "events:putEvents", args: newArguments(p.Extra).any("Entries", entries).o}
}

// Integration makes it an action.
func (p PutEvents) Integration() dsl.Integration[EventsPut] {
	return integration[EventsPut](p.callback(), "")
}
