export default function FaxesPage() {
  return null
}
