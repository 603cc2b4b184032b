package jsonata

import (
	"sync"
	"sync/atomic"
)

// pictures holds the pictures that an expression's evaluations have taken apart:
// the same few are used again and again.
type pictures struct {
	known sync.Map // of numberPicture, timePicture and so on, by their keys
	count atomic.Int32
}

// mostPictures is how many pictures are held at most, each of no more than
// longestPicture bytes.
const mostPictures = 64

// The keys are the texts of pictures, with a type for each use of one.
type (
	numberPictureKey  string
	timePictureKey    string
	timeParserKey     string
	integerPictureKey string
)

// picture returns what parse makes of a picture, or has made of it before.
func picture[K ~string, P any](c call, text K, parse func(string) (P, *Error)) (P, *Error) {
	held := &c.expr.pictures
	if p, ok := held.known.Load(text); ok {
		return p.(P), nil
	}
	p, err := parse(string(text))
	if err == nil && held.count.Load() < mostPictures {
		held.count.Add(1)
		held.known.Store(text, p)
	}
	return p, err
}
