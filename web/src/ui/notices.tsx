// Nothing here, went wrong, on its way: each says what to do next.
import { Button, Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiFailure } from '../api/client.ts'
import { Icon, type IconName } from './icons.tsx'
import css from './notices.module.css'

export function Empty(props: {
  icon: IconName
  title: string
  children?: ReactNode
  /** What to press next. */
  action?: ReactNode
  small?: boolean
}) {
  return (
    <div className={`${css.notice} ${props.small ? css.small : ''}`}>
      {props.small ? null : (
        <span className={css.glyph}>
          <Icon name={props.icon} size={22} />
        </span>
      )}
      {props.small ? <p>{props.title}</p> : <h2>{props.title}</h2>}
      {typeof props.children === 'string' ? <p>{props.children}</p> : props.children}
      {props.action ? <div className={css.actions}>{props.action}</div> : null}
    </div>
  )
}

/** In place of a screen that somebody may not open. */
export function Forbidden() {
  const { t } = useTranslation()
  return (
    <Empty icon="lock" title={t('failure.forbidden.cause')}>
      {t('failure.forbidden.action')}
    </Empty>
  )
}

/** Nothing fits what is asked for: less may be asked. */
export function NoneMatch(props: { icon: IconName; title: string; onClear?: (() => void) | undefined }) {
  const { t } = useTranslation()
  return (
    <Empty icon={props.icon} title={props.title}>
      <p>{t('notice.searchLess')}</p>
      {props.onClear ? (
        <div className={css.actions}>
          <Button variant="default" onClick={props.onClear}>
            {t('notice.clearFilter')}
          </Button>
        </div>
      ) : null}
    </Empty>
  )
}

export function Failed({ failure, retry }: { failure: unknown; retry?: (() => void) | undefined }) {
  const { t } = useTranslation()
  const words = useFailureWords()(failure)
  return (
    <div className={`${css.notice} ${css.failed}`} role="alert">
      <span className={css.glyph}>
        <Icon name="close" size={22} />
      </span>
      <h2>{words.cause}</h2>
      <p>{words.next}</p>
      {words.own === '' ? null : <p className={`mono ${css.own}`}>{words.own}</p>}
      {retry ? (
        <div className={css.actions}>
          <Button variant="default" leftSection={<Icon name="refresh" size={14} />} onClick={retry}>
            {t('action.tryAgain')}
          </Button>
        </div>
      ) : null}
    </div>
  )
}

interface FailureWords {
  readonly cause: string
  /** What to do next, in the reader's language. */
  readonly next: string
  /** The collector's own words where they say more, else ''. */
  readonly own: string
  /** Both in one line. */
  readonly action: string
}

/** Cause and next action of a failure. */
export function useFailureWords(): (failure: unknown) => FailureWords {
  const { t, i18n } = useTranslation()
  return (failure) => {
    if (!(failure instanceof ApiFailure))
      return worded(t('failure.screen.cause'), t('failure.screen.action'), String(failure))
    const details = failure.details.map((d) => `${d.path}: ${d.message}`).join('; ')
    const own = i18n.language === 'en' ? [failure.message, failure.action].filter((s) => s && s !== failure.code) : []
    return worded(t(`failure.${failure.code}.cause`), t(`failure.${failure.code}.action`), details || own.join(' '))
  }
}

const worded = (cause: string, next: string, own: string): FailureWords => ({
  ...{ cause, next, own },
  action: [next, own].filter(Boolean).join(' '),
})

export function SkeletonRows({ count = 8, height = 18 }: { count?: number; height?: number }) {
  return (
    <div className={css.rows} aria-busy="true">
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={i} height={height} width={`${100 - ((i * 13) % 38)}%`} />
      ))}
    </div>
  )
}
