export default function ServersPage() {
  return null
}
