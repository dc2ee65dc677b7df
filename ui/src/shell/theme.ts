import { createTheme, PasswordInput } from '@mantine/core'
import type { CSSVariablesResolver } from '@mantine/core'
import { textOf } from '~/lang/texts'
import { shellTexts } from './texts'

// What scrolls in a list is reached by the keyboard (axe: scrollable-region-focusable).
const list = { defaultProps: { scrollAreaProps: { viewportProps: { role: 'group', tabIndex: 0 } } } }

/** Our look: system fonts, which a closed network has, and colours whose texts are readable (WCAG 2.2 AA). */
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", NanumGothic, sans-serif',
  headings: { fontFamily: 'inherit' },
  components: {
    Select: list, MultiSelect: list, Autocomplete: list, TagsInput: list,
    // The placeholder is a child that no menu may have (axe: aria-required-children).
    // Links within sentences are told by more than their colour (axe: link-in-text-block).
    Anchor: { defaultProps: { underline: 'always' } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // In the language that is shown when it is drawn.
    PasswordInput: PasswordInput.extend({ defaultProps: { visibilityToggleButtonProps: { get 'aria-label'() { return textOf(shellTexts, 'showPassword') } } } }),
  },
})

/** Dimmed texts that are still read easily: 7:1 on white. */
export const shades: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    // Texts of badges and notes on their light colour: 4.5:1.
    '--mantine-color-teal-light-color': '#066649', '--mantine-color-green-light-color': '#1f6b2f', '--mantine-color-orange-light-color': '#9c3a00', '--mantine-color-yellow-light-color': '#744600', '--mantine-color-red-light-color': '#b02020',
  },
  dark: { '--mantine-color-dimmed': 'var(--mantine-color-dark-1)' },
})
