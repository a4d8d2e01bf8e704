// What a definition would have made of the traps that are stored.
import { useTranslation } from 'react-i18next'
import type { TrapPreview } from '#shared/http/traps.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { SeverityMark } from '../ui/marks.tsx'
import page from '../ui/page.module.css'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import css from './events.module.css'

const SHOWN = 20

export function DefinitionPreview({ preview }: { preview: TrapPreview }) {
  const { t, i18n } = useTranslation()
  const words = useWords()
  const language = i18n.language === 'zh-CN' ? 'zh-CN' : 'en'
  return (
    <section className={css.preview} role="status" data-preview>
      {preview.problems.map((problem) => (
        <div key={problem.path + problem.message} className={css.bad}>
          <span className="mono">{problem.path}</span> {problem.message}
        </div>
      ))}
      <b>{t('definition.looked', { count: preview.looked, raised: preview.raised, cleared: preview.cleared })}</b>
      <ul>
        {preview.examples.slice(0, SHOWN).map((example) => (
          <li key={example.event}>
            <div className={page.line}>
              <span className="quiet">
                <Time at={example.at} />
              </span>
              <span>{example.device ?? '–'}</span>
              {example.alarm === null ? (
                <span className="quiet">{t('definition.noAlarm')}</span>
              ) : (
                <>
                  <SeverityMark severity={example.alarm.severity} cleared={example.alarm.kind === 'clear'} />
                  <span>
                    {words.alarmType(example.alarm.alarmType)}{' '}
                    <span className="quiet">
                      {[resourceName(example.alarm.resource), example.alarm.qualifier].filter(Boolean).join(' · ')}
                    </span>
                  </span>
                </>
              )}
            </div>
            <div>{example.alarm?.text || example.meaning.text[language] || example.meaning.name}</div>
          </li>
        ))}
      </ul>
    </section>
  )
}
