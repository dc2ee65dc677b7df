export default function VoicemailPage() {
  return null
}
