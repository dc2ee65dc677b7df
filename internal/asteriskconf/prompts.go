package asteriskconf

// Names of sounds that the dialplan plays, below the folder of a language. They
// are made from the text list of package prompts.
const (
	sayDiversionEnter   = "dipcast/diversion-enter"
	sayDiversionTo      = "dipcast/diversion-to"
	sayDiversionMissing = "dipcast/diversion-missing"
	sayDiversionRefused = "dipcast/diversion-refused"
	sayDiversionsOff    = "dipcast/diversions-off"
	sayPickupNone       = "dipcast/pickup-none"
	sayParkNone         = "dipcast/park-none"
	sayParkFull         = "dipcast/park-full"
	sayYourExtension    = "dipcast/your-extension"
	sayIs               = "dipcast/is"
	sayCodeRefused      = "dipcast/code-refused"
	sayCodeUnknown      = "dipcast/code-unknown"
	sayEnterExtension   = "dipcast/enter-extension"
	sayWrongNumber      = "dipcast/wrong-number"
	sayEcho             = "dipcast/echo"
	sayRecordOn         = "dipcast/record-on"
	sayRecordOff        = "dipcast/record-off"
	sayRecorded         = "dipcast/recorded"
	sayTransferFailed   = "dipcast/transfer-failed"
	sayCallBack         = "dipcast/last-caller-back"
	sayLastCaller       = "dipcast/last-caller"
	sayLastCallerNone   = "dipcast/last-caller-none"
	sayWrongKey         = "dipcast/wrong-key"
	sayPressOne         = "dipcast/press-one"
	sayAssistant        = "dipcast/assistant-message"
	sayThanks           = "dipcast/thanks"
)

// saySwitched is what is said of a feature that was switched: "dipcast/cfi-on".
func saySwitched(what string, on bool) string {
	if on {
		return "dipcast/" + what + "-on"
	}
	return "dipcast/" + what + "-off"
}
