import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import css from './agents.module.css'

/** The key agents must trust, ready to be put into their agent.yaml. */
export function CommandKey({ value }: { value: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  return (
    <section className={css.key}>
      <h2>{t('agents.keyTitle')}</h2>
      <p className="quiet">{t('agents.keyHint')}</p>
      <div>
        <code className="mono">commandKey: {value}</code>
        {navigator.clipboard ? (
          <Button
            variant="default"
            onClick={() => void navigator.clipboard.writeText(`commandKey: ${value}`).then(() => setCopied(true))}
          >
            {t(copied ? 'agents.keyCopied' : 'agents.keyCopy')}
          </Button>
        ) : null}
      </div>
    </section>
  )
}
