export default function DiversionsPage() {
  return null
}
