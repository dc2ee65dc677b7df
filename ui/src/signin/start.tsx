import { createRoot } from 'react-dom/client'
import { SignIn } from './SignIn'

/** Shows the page on which somebody signs in. */
export function showSignIn(root: HTMLElement): void {
  createRoot(root).render(<SignIn />)
}
