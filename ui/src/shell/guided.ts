const kept = 'dipcast.guide.hidden'

/** Whether somebody has put the way to the guide away, on this browser. */
export function guideHidden(user: string): boolean {
  return (localStorage.getItem(kept) ?? '').split(' ').includes(user)
}

/** Puts the way to the guide away; it stays in the menu. */
export function hideGuide(user: string): void {
  localStorage.setItem(kept, `${localStorage.getItem(kept) ?? ''} ${user}`.trim())
}
