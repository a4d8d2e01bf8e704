// Text to take along: a block with a copy button that also works where the browser has no clipboard (plain HTTP in a LAN).
import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import css from './copy.module.css'
import { Icon } from './icons.tsx'

const SAID_MS = 2500

export function CopyButton({ text, label, primary }: { text: string; label?: string; primary?: boolean }) {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null)
  useEffect(() => {
    if (outcome === null) return
    const timer = setTimeout(() => setOutcome(null), SAID_MS)
    return () => clearTimeout(timer)
  }, [outcome])
  return (
    <Button
      variant={primary ? 'filled' : 'default'}
      leftSection={<Icon name={outcome === 'copied' ? 'check' : 'copy'} size={14} />}
      onClick={() => void copy(text).then((done) => setOutcome(done ? 'copied' : 'failed'))}
    >
      <span aria-live="polite">
        {outcome === null ? (label ?? t('copy.copy')) : t(outcome === 'copied' ? 'copy.copied' : 'copy.failed')}
      </span>
    </Button>
  )
}

/** One text in a box: selected as a whole by a click, copied by the button beside it. */
export function CopyBlock(props: { text: string; label: string; primary?: boolean }) {
  return (
    <div className={css.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: selected and copied by keyboard too */}
      <section tabIndex={0} aria-label={props.label}>
        <pre className="mono">{props.text}</pre>
      </section>
      <CopyButton text={props.text} {...(props.primary ? { primary: true } : {})} />
    </div>
  )
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.className = 'sr-only'
  const before = document.activeElement
  document.body.append(area)
  area.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    area.remove()
    if (before instanceof HTMLElement) before.focus()
  }
}
