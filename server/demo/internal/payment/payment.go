// Package payment charges cards at the bank, and at its standby when the bank fails.
package payment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Declined says that the bank refuses a charge: trying again is of no use.
type Declined struct {
	Reason string
}

func (e *Declined) Error() string { return "card declined: " + e.Reason }

// Status is an HTTP status of the bank that is no success.
type Status int

func (s Status) Error() string { return "bank answered with status " + strconv.Itoa(int(s)) }

// Client charges cards.
type Client struct {
	primary string
	standby string
	http    *http.Client
}

const patience = 80 * time.Millisecond

// New takes the addresses of the bank and of its standby.
func New(primary, standby string) *Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: 10 * time.Second}
	return &Client{primary: primary, standby: standby, http: &http.Client{Transport: transport, Timeout: time.Second}}
}

// Close ends idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Charge takes an amount from an order's card.
func (c *Client) Charge(ctx context.Context, order string, cents int) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := c.charge(ctx, c.primary, order, cents)
	var declined *Declined
	if err == nil || errors.As(err, &declined) {
		return err
	}
	fallback := c.charge(context.WithoutCancel(ctx), c.standby, order, cents)
	if fallback == nil {
		return nil
	}
	return fmt.Errorf("charge %s: %w", order, errors.Join(err, fallback))
}

func (c *Client) charge(ctx context.Context, bank, order string, cents int) error {
	body := strings.NewReader(fmt.Sprintf(`{"order": %q, "cents": %d}`, order, cents))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, bank+"/charge", body)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("bank unreachable: %w", err)
	}
	defer response.Body.Close()
	text, err := answerOf(response)
	var status Status
	if !errors.As(err, &status) {
		return err
	}
	var answer struct {
		Reason string `json:"reason"`
	}
	if broken := json.Unmarshal(text, &answer); broken != nil {
		return fmt.Errorf("%w; its body: %w", err, broken)
	}
	return &Declined{Reason: answer.Reason}
}

// answerOf reads the bank's answer; its error is a Status where the answer is no success.
func answerOf(response *http.Response) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
	if err != nil {
		return nil, fmt.Errorf("bank's answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return text, Status(response.StatusCode)
	}
	return text, nil
}
