package sensoringest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

func ExampleEvent_Upload() {
	const event = `{
		"version": "0",
		"detail-type": "Object Created",
		"source": "aws.s3",
		"detail": {
			"version": "0",
			"bucket": {"name": "uploads"},
			"object": {
				"key": "hall 3/2017-01-08+night.csv",
				"size": 221,
				"etag": "b1946ac92492d2347c6235b4d2611184",
				"version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
				"sequencer": "00617F08299329D189"
			},
			"reason": "PutObject"
		}
	}`
	var e sensoringest.Event
	if err := json.Unmarshal([]byte(event), &e); err != nil {
		fmt.Println(err)
		return
	}
	o := e.Upload()
	fmt.Println(o.Bucket, o.Key)
	fmt.Println(o.VersionID, o.ETag)
	// Output:
	// uploads hall 3/2017-01-08+night.csv
	// IYV3p45BT0ac8hjHg1houSdS1a.Mro8e b1946ac92492d2347c6235b4d2611184
}

func ExampleReading_SortKey() {
	fmt.Println(sensoringest.Reading{Sensor: "0000-0001", Time: 1483906366, Value: "10.10"}.SortKey())
	fmt.Println(sensoringest.Reading{Sensor: "0000-0001", Time: 1483906366, Value: "00.35"}.SortKey())
	fmt.Println(sensoringest.Reading{Sensor: "0000-0001", Time: 7, Value: "-1"}.SortKey())
	// Output:
	// 1483906366#10.10
	// 1483906366#00.35
	// 0000000007#-1
}

func TestSortKeysAreInTheOrderOfTimeAndTellReadingsApart(t *testing.T) {
	reading := rapid.Custom(func(t *rapid.T) sensoringest.Reading {
		return sensoringest.Reading{
			Time:  rapid.Int64Range(0, 9999999999).Draw(t, "time"),
			Value: rapid.StringMatching(`[-+]?[0-9]{1,4}(\.[0-9]{1,3})?`).Draw(t, "value"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := reading.Draw(t, "a"), reading.Draw(t, "b")
		if a.Time < b.Time && a.SortKey() >= b.SortKey() {
			t.Errorf("%s is not before %s", a.SortKey(), b.SortKey())
		}
		if (a == b) != (a.SortKey() == b.SortKey()) {
			t.Errorf("%v and %v have the sort keys %s and %s", a, b, a.SortKey(), b.SortKey())
		}
		if second := a.SortKey()[:11]; !strings.HasPrefix(sensoringest.Reading{Time: a.Time, Value: b.Value}.SortKey(), second) {
			t.Errorf("another value of the same second does not begin with %s", second)
		}
	})
}
