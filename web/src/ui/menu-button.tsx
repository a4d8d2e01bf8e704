// A button with a menu. What draws the menu is fetched when somebody is about to open one, not before the first list shows.
import { cloneElement, lazy, type ReactElement, type ReactNode, Suspense, useState } from 'react'
import type { IconName } from './icons.tsx'

export interface MenuEntry {
  readonly key: string
  readonly label: ReactNode
  readonly icon?: IconName
  /** Shows a tick, or room for one. */
  readonly checked?: boolean
  /** Language of the label where it is not the page's. */
  readonly lang?: string
  /** A line above it. */
  readonly divided?: boolean
  onSelect(): void
}

export interface MenuButtonProps {
  readonly target: ReactElement<TargetProps>
  readonly entries: readonly MenuEntry[]
  readonly heading?: string
  readonly staysOpen?: boolean
}

interface TargetProps {
  onClick?: () => void
  onPointerEnter?: () => void
  onFocus?: () => void
  'aria-haspopup'?: 'menu'
}

const load = () => import('./menu-list.tsx')
const MenuList = lazy(async () => ({ default: (await load()).MenuList }))

export function MenuButton(props: MenuButtonProps) {
  const [wanted, setWanted] = useState(false)
  const ahead = () => void load().catch(() => undefined)
  const button = cloneElement(props.target, {
    onClick: () => setWanted(true),
    onPointerEnter: ahead,
    onFocus: ahead,
    'aria-haspopup': 'menu',
  })
  if (!wanted) return button
  return (
    <Suspense fallback={button}>
      <MenuList {...props} />
    </Suspense>
  )
}
