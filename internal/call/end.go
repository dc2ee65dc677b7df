package call

// end ends a call: its last channel is gone, or it never came.
func (t *Tracker) end(s *state) {
	if s.over {
		return
	}
	if t.calls[s.id] == s {
		delete(t.calls, s.id)
	}
	for _, l := range s.legs {
		if !l.over {
			l.party, l.over, l.until = l.ch.party, true, t.now
		}
	}
	s.unpark()
	s.shown = nil // the last view is nobody else's
	v := t.view(s)
	v.State, v.EndedAt, v.Ended = Ended, t.now, s.howEnded()
	if s.into != nil {
		v.MergedInto = t.ID(s.into.id)
	}
	s.over, s.dirty = true, false
	t.ended.add(v)
	t.out = append(t.out, Event{Kind: KindEnded, Call: v, At: t.now})
	// A call that others joined may be kept alive by their channels' memory of
	// it; its own is not needed any more.
	s.chans, s.legs, s.shown = nil, nil, nil
}

// howEnded finds the reason.
func (s *state) howEnded() *End {
	e := &End{}
	missed := s.direction() != Outgoing
	switch {
	case s.lost:
		e.Reason = ReasonUnknown
		missed = false
	case s.answered != nil || s.talked && !s.clicked():
		e.Reason, e.By = ReasonCompleted, s.hanger()
		missed = false
		e.Cause, e.CauseText = s.rootCause, s.rootText
		if l := s.answered; l != nil && (s.clicked() || e.Cause == 0) {
			e.Cause, e.CauseText = l.cause, l.text
		}
		if s.into != nil {
			e.Reason = ReasonMerged
		}
	case s.into != nil:
		e.Reason = ReasonMerged
		missed = false
	default:
		missed = s.unanswered(e) && missed
	}
	e.Missed = missed && e.Leg != "caller"
	return e
}

func (s *state) hanger() *Party {
	if s.hungBy == nil {
		return nil
	}
	p := s.hungBy.party
	return &p
}

// unanswered finds why nobody answered; false when nobody was called.
func (s *state) unanswered(e *End) bool {
	e.Cause, e.CauseText = s.rootCause, s.rootText
	legs := s.legs
	if s.clicked() {
		var own, far []*leg
		callerUp := false
		for _, l := range s.legs {
			if s.sideOf(l) == caller {
				own = append(own, l)
				callerUp = callerUp || l.up
			} else {
				far = append(far, l)
			}
		}
		e.Leg, legs = "callee", far
		if !callerUp {
			e.Leg, legs = "caller", own
		} else if s.callerGone(own) {
			e.Reason = ReasonCancelled
			e.By = s.hanger()
			return true
		}
	}
	if l := last(legs); l != nil {
		e.Reason = reasonOf(l.result())
		if e.Leg == "caller" && e.Reason == ReasonCancelled && s.originate == timedOut {
			e.timedOut()
			return true
		}
		switch {
		case e.Reason == ReasonCancelled:
			e.By = s.hanger()
		case l.cause != 0, reasonOf(failure(s.rootCause, true)) != e.Reason:
			e.Cause, e.CauseText = l.cause, l.text
		}
		return true
	}
	switch {
	case !s.appeared && s.originate != "0":
		e.Reason = map[string]Reason{"1": ReasonNoAnswer, "3": ReasonNoAnswer, "5": ReasonBusy}[s.originate]
		if e.Reason == "" {
			e.Reason = ReasonFailed
		}
	case s.queue != "":
		e.Reason = ReasonNoAnswer
		if s.hungBy != nil && s.hungBy == s.root {
			e.Reason, e.By = ReasonCancelled, s.hanger()
		}
	case s.rootUp && e.Leg == "":
		e.Reason, e.By = ReasonCompleted, s.hanger()
		return false
	case s.hungBy != nil && s.hungBy == s.root && s.rootCause == 16:
		e.Reason, e.By = ReasonCancelled, s.hanger()
	default:
		e.Reason = ReasonFailed // refused by the dialplan, when no phone said so
		if r := failure(s.rootCause, e.Leg == "caller" || !s.first.originated && s.toParty().Extension != ""); r != Declined {
			e.Reason = reasonOf(r)
		}
	}
	return true
}

// callerGone reports whether the caller of a click-to-call hung up.
func (s *state) callerGone(own []*leg) bool {
	for _, l := range own {
		if s.hungBy != nil && s.hungBy == l.ch {
			return true
		}
	}
	return false
}

// last gives the leg that tells best how the last round of dialling ended.
func last(legs []*leg) *leg {
	rank := map[Result]int{Cancelled: 6, NoAnswer: 5, Busy: 4, Declined: 3, Unavailable: 2, Failed: 1}
	var best *leg
	for _, l := range legs {
		switch {
		case best == nil, l.round > best.round:
			best = l
		case l.round == best.round && rank[l.result()] > rank[best.result()]:
			best = l
		}
	}
	return best
}

func reasonOf(r Result) Reason {
	switch r {
	case NoAnswer:
		return ReasonNoAnswer
	case Busy:
		return ReasonBusy
	case Declined:
		return ReasonDeclined
	case Unavailable:
		return ReasonUnavailable
	case Failed:
		return ReasonFailed
	case Answer:
		return ReasonCompleted
	case Moved:
		return ReasonMerged
	}
	return ReasonCancelled
}
