// One line over the screen that everybody has to know, with at most one thing to do about it.
import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Icon, type IconName } from '../ui/icons.tsx'
import css from './banner.module.css'

export interface BannerProps {
  readonly icon: IconName
  /** `info`: good to know; `warn` (when absent): what is on screen may mislead. */
  readonly tone?: 'info' | 'warn'
  readonly children: ReactNode
  readonly action?: { readonly label: string; run(): void }
  /** Said to who listens to the page at once. */
  readonly isNews?: boolean
}

export function Banner({ icon, tone = 'warn', children, action, isNews = true }: BannerProps) {
  return (
    <div className={css.banner} data-tone={tone} {...(isNews ? { role: 'status' } : {})}>
      <Icon name={icon} />
      <span>{children}</span>
      {action === undefined ? null : (
        <Button size="compact-xs" variant="default" onClick={() => action.run()}>
          {action.label}
        </Button>
      )}
    </div>
  )
}
