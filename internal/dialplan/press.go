package dialplan

// Contexts that a press of a button moves a caller to. They are entered by
// Redirect.

// PressDesk rings the phones of the extension dialed there, "T2_press-desk".
func PressDesk(prefix string) string { return prefix + "press-desk" }

// PressMobile calls the number dialed there, "T2_press-mobile", on behalf of the
// extension whose label is the priority.
func PressMobile(prefix string) string { return prefix + "press-mobile" }

// PressLabel is the priority of PressMobile that is an extension's, "e1010".
func PressLabel(extension string) string { return "e" + extension }

// PressAssistant takes a message for the extension dialed there,
// "T2_press-assistant".
func PressAssistant(prefix string) string { return prefix + "press-assistant" }

// VoicemailContext has one extension per mailbox, which takes a message for the
// extension of that number, without prefix.
const VoicemailContext = "app-voicemail"

// PressEvent is the UserEvent by which the dialplan tells what became of a press.
// Its channel is the caller's. PressResult says what, PressOf for which extension;
// of PressMessage, PressFile is the recording's name without its ending.
const (
	PressEvent   = "DIPCASTPress"
	PressResult  = "Result"
	PressOf      = "Extension"
	PressFile    = "File"
	PressBack    = "returned" // nobody took the call there: it rings again
	PressMessage = "message"  // the caller has left a message
)
