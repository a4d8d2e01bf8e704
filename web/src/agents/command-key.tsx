import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/copy.tsx'
import css from './agents.module.css'

/** The key agents must trust, ready to be put into their agent.yaml. */
export function CommandKey({ value }: { value: string }) {
  const { t } = useTranslation()
  return (
    <section className={css.key}>
      <h2>{t('agents.keyTitle')}</h2>
      <p className="quiet">{t('agents.keyHint')}</p>
      <div>
        <code className="mono">commandKey: {value}</code>
        <CopyButton text={`commandKey: ${value}`} />
      </div>
    </section>
  )
}
