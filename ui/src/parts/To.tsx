import { Link } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, ReactElement, Ref } from 'react'

interface Props extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** A path of ours, with its parameters already in it. */
  to: string
  search?: Record<string, unknown>
  ref?: Ref<HTMLAnchorElement>
}

/** A link to another page of ours, without the router's types: for `component={To}` of Mantine. */
export const To = Link as unknown as (props: Props) => ReactElement
