package prompts

// SayConf is Asterisk's say.conf: how numbers, ordinals, dates and times are
// joined from prompts, in Korean and in English. Asterisk itself knows no Korean
// and would say them in the order of English, with thousands where Korean counts
// in ten thousands.
//
// Format: configs/samples/say.conf.sample. A rule's left side is a pattern of
// the dialplan, in which n, x and z are special, also in capitals: where they are
// meant they stand in brackets, and our own words do without them. A - is skipped,
// so numbers lose their sign before they are matched. A comma on the right side separates what is played,
// so no function with two arguments can be used there. What has no rule says
// nothing: nothing:0 is such.
//
// A date is YYYYMMDDHHmm.ss-w-ddd: year to minute, seconds, day of the week from
// 0 for Sunday, day of the year from 0.
func SayConf() string { return sayGeneral + sayKorean + sayEnglish }

const sayGeneral = `[general]
mode=new

; abs: is a number without its sign, rest: one inside a number, of which a zero
; is not said. Of one thing nothing is said at all: nothing:0 has no rule.
`

// days is how many days ago a date was. The year is one from 1970 to 2099.
const days = `(FLOOR((${EPOCH} + 32400) / 86400) - 365 * (${SAY:0:4} - 1970) - FLOOR((${SAY:0:4} - 1969) / 4) - ${SAY:18})`

const sayKorean = `[ko]
  ; 12345 is man, two thousand, three hundred, four ten, five: ten thousands count
  ; anew. A leading one is not said: 100 is hundred.
  _[n]um:. => less:$[${SAY} < 0], abs:$[${SAY} * (1 - 2 * (${SAY} < 0))]
  _less:1 => digits/minus
  _abs:0 => digits/ko-zero
  _abs:[1-9] => digits/${SAY}
  _abs:1X => digits/${SAY}
  _abs:[2-9]0 => digits/${SAY}
  _abs:[2-9]X => digits/${SAY:0:1}0, digits/${SAY:1}
  _abs:1XX => digits/hundred, rest:${SAY:1}
  _abs:XXX => digits/${SAY:0:1}, digits/hundred, rest:${SAY:1}
  _abs:1XXX => digits/thousand, rest:${SAY:1}
  _abs:XXXX => digits/${SAY:0:1}, digits/thousand, rest:${SAY:1}
  _abs:1XXXX => digits/ko-man, rest:${SAY:1}
  _abs:XXXXX => abs:${SAY:0:1}, digits/ko-man, rest:${SAY:1}
  _abs:XXXXXX => abs:${SAY:0:2}, digits/ko-man, rest:${SAY:2}
  _abs:XXXXXXX => abs:${SAY:0:3}, digits/ko-man, rest:${SAY:3}
  _abs:XXXXXXXX => abs:${SAY:0:4}, digits/ko-man, rest:${SAY:4}
  _abs:XXXXXXXXX => abs:${SAY:0:1}, digits/ko-eok, rest:${SAY:1}
  _abs:XXXXXXXXXX => abs:${SAY:0:2}, digits/ko-eok, rest:${SAY:2}
  _rest:0. => rest:${SAY:1}
  _rest:[1-9] => abs:${SAY}
  _rest:[1-9]. => abs:${SAY}

  ; first to twentieth have words of their own
  _e[n]um:0. => enum:${SAY:1}
  _e[n]um:[1-9] => digits/h-${SAY}
  _e[n]um:1X => digits/h-${SAY}
  _e[n]um:20 => digits/h-20
  _e[n]um:. => num:${SAY}, digits/ko-th

  _date:[Y]:. => num:${SAY:0:4}, digits/ko-year
  _date:[Bbh]:. => digits/mon-$[${SAY:4:2} - 1]
  _date:[m]:. => num:${SAY:4:2}, digits/ko-month
  _date:[de]:. => num:${SAY:6:2}, digits/ko-day
  _date:[Aa]:. => digits/day-${SAY:16:1}
  ; Morning or afternoon comes before the hour, whose numbers are Korean's own. In
  ; formats made for English it stands behind (IMp), where it is not said again.
  _date:[Il]:. => half:$[${SAY:8:2} >= 12], hour:$[${SAY:8:2} % 12]
  _date:[pP]:. => nothing:0
  _date:[HkK]:. => num:${SAY:8:2}, digits/ko-hour
  _date:[M]:. => past:${SAY:10:2}
  _date:[S]:. => num:${SAY:13:2}, digits/ko-second
  _date:[R]:. => date:HM:${SAY}
  _date:[T]:. => date:HMS:${SAY}
  ; today, yesterday or the date: how many days after 1970 lie between, in the time
  ; of Korea. What begins with a colon has its characters said one by one, so the
  ; answer has to be one figure: 1 today, 2 yesterday, 0 any other.
  _date:[Qq]:. => ago:$[(` + days + ` = 0) + 2 * (` + days + ` = 1)]:${SAY}
  _ago:1:. => digits/today
  _ago:2:. => digits/yesterday
  _ago:0:. => date:bd:${SAY}
  _hour:0 => digits/ko-hour-12
  _hour:[1-9] => digits/ko-hour-${SAY}
  _hour:1[01] => digits/ko-hour-${SAY}
  _half:0 => digits/a-m
  _half:1 => digits/p-m
  _past:00 => digits/oclock
  _past:0[1-9] => num:${SAY:1}, digits/ko-minute
  _past:[1-5]X => num:${SAY}, digits/ko-minute
  _date::. => date:YbdA:${SAY}
  _time::. => date:IM:${SAY}
  ; A rule does not see the format it was found by, so each has its own: those of
  ; app_voicemail, times, dates, and the rest, which gets all.
  _datetime:[']vm. => vm-received, date:qIM:${SAY}
  _datetime:[IlHkKRTM]. => date:IM:${SAY}
  _datetime:[Qq]:. => date:q:${SAY}
  _datetime:[Qq]. => date:qIM:${SAY}
  _datetime:[Aa]:. => date:A:${SAY}
  _datetime:ABdY:. => date:YbdA:${SAY}
  _datetime:BdY:. => date:Ybd:${SAY}
  _datetime:YBdA:. => date:YbdA:${SAY}
  _datetime:YBd:. => date:Ybd:${SAY}
  _datetime:Bd:. => date:bd:${SAY}
  _datetime:. => date:YbdAIM:${SAY}

`

const sayEnglish = `[en]
  _[n]um:. => less:$[${SAY} < 0], abs:$[${SAY} * (1 - 2 * (${SAY} < 0))]
  _less:1 => digits/minus
  _abs:0 => digits/0
  _abs:[1-9] => digits/${SAY}
  _abs:1X => digits/${SAY}
  _abs:[2-9]0 => digits/${SAY}
  _abs:[2-9]X => digits/${SAY:0:1}0, digits/${SAY:1}
  _abs:XXX => digits/${SAY:0:1}, digits/hundred, rest:${SAY:1}
  _abs:XXXX => abs:${SAY:0:1}, digits/thousand, rest:${SAY:1}
  _abs:XXXXX => abs:${SAY:0:2}, digits/thousand, rest:${SAY:2}
  _abs:XXXXXX => abs:${SAY:0:3}, digits/thousand, rest:${SAY:3}
  _abs:XXXXXXX => abs:${SAY:0:1}, digits/million, rest:${SAY:1}
  _abs:XXXXXXXX => abs:${SAY:0:2}, digits/million, rest:${SAY:2}
  _abs:XXXXXXXXX => abs:${SAY:0:3}, digits/million, rest:${SAY:3}
  _abs:XXXXXXXXXX => abs:${SAY:0:1}, digits/billion, rest:${SAY:1}
  _rest:0. => rest:${SAY:1}
  _rest:[1-9] => abs:${SAY}
  _rest:[1-9]. => abs:${SAY}
  _e[n]um:0. => enum:${SAY:1}
  _e[n]um:[1-9] => digits/h-${SAY}
  _e[n]um:1X => digits/h-${SAY}
  _e[n]um:[2-9]0 => digits/h-${SAY}
  _e[n]um:[2-9]X => digits/${SAY:0:1}0, digits/h-${SAY:1}
  _e[n]um:. => num:${SAY}
  _date:[Y]:. => num:${SAY:0:4}
  _date:[Bbhm]:. => digits/mon-$[${SAY:4:2} - 1]
  _date:[de]:. => enum:${SAY:6:2}
  _date:[Aa]:. => digits/day-${SAY:16:1}
  _date:[Il]:. => hour:$[${SAY:8:2} % 12]
  _date:[pP]:. => half:$[${SAY:8:2} >= 12]
  _date:[HkK]:. => num:${SAY:8:2}
  _date:[M]:. => past:${SAY:10:2}
  _date:[S]:. => num:${SAY:13:2}, seconds
  _date:[R]:. => date:HM:${SAY}
  _date:[T]:. => date:HMS:${SAY}
  _date:[Qq]:. => ago:$[(` + days + ` = 0) + 2 * (` + days + ` = 1)]:${SAY}
  _ago:1:. => digits/today
  _ago:2:. => digits/yesterday
  _ago:0:. => date:ABd:${SAY}
  _hour:0 => digits/12
  _hour:[1-9] => digits/${SAY}
  _hour:1[01] => digits/${SAY}
  _half:0 => digits/a-m
  _half:1 => digits/p-m
  _past:00 => digits/oclock
  _past:0[1-9] => digits/oh, digits/${SAY:1}
  _past:[1-5]X => num:${SAY}
  _date::. => date:ABdY:${SAY}
  _time::. => date:IMp:${SAY}
  _datetime:[']vm. => vm-received, date:q:${SAY}, digits/at, date:IMp:${SAY}
  _datetime:[IlHkKRTM]. => date:IMp:${SAY}
  _datetime:[Qq]:. => date:q:${SAY}
  _datetime:[Aa]:. => date:A:${SAY}
  _datetime:ABdY:. => date:ABdY:${SAY}
  _datetime:. => date:ABdY:${SAY}, digits/at, date:IMp:${SAY}
`
