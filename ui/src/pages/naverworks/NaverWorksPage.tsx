export default function NaverWorksPage() {
  return null
}
