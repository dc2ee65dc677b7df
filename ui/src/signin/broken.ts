import { visitorsLanguage } from '~/lang/lang'
import './signin.css'

/** Says that the gateway does not answer. It needs nothing that could be broken too. */
export function showBroken(root: HTMLElement, error: unknown): void {
  const ko = visitorsLanguage() === 'ko'
  const box = document.createElement('main')
  box.className = 'signin'
  const title = document.createElement('h1')
  title.textContent = ko ? '지금은 열 수 없습니다' : 'This cannot be opened now'
  const text = document.createElement('p')
  text.textContent = ko ? 'DIPCAST가 대답하지 않습니다. 잠시 뒤에 다시 여세요.' : 'DIPCAST does not answer. Try again in a moment.'
  const why = document.createElement('p')
  why.className = 'hint'
  why.textContent = error instanceof Error ? error.message : String(error)
  const again = document.createElement('button')
  again.textContent = ko ? '다시 열기' : 'Try again'
  again.onclick = () => location.reload()
  box.append(title, text, why, again)
  root.replaceChildren(box)
}
