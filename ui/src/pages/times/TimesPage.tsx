export default function TimesPage() {
  return null
}
