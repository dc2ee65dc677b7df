export default function TrunksPage() {
  return null
}
