// The commands to type at the site, for the way the agent is installed.
import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { installCommands } from '#shared/http/install-commands.ts'
import { CopyBlock } from '../ui/copy.tsx'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { WAYS, type Way } from './add-agent-search.ts'
import css from './enrolment.module.css'

export interface InstallWaysProps {
  readonly url: string
  readonly token: string
  /** Of the packages: the collector's own. */
  readonly version: string
  readonly way: Way
  onWay(way: Way): void
}

export function InstallWays({ url, token, version, way, onWay }: InstallWaysProps) {
  const { t } = useTranslation()
  const steps = installCommands({ url, token, version })[way]
  return (
    <Panel title={t('join.install')}>
      <div className={page.body}>
        <div>
          <SegmentedControl
            size="xs"
            aria-label={t('join.install')}
            value={way}
            onChange={(value) => onWay(value as Way)}
            data={WAYS.map((value) => ({ value, label: t(`join.way.${value}`) }))}
          />
        </div>
        <p className={page.hint}>{t(`join.wayHint.${way}`, { version })}</p>
        {url.startsWith('https:') ? null : (
          <p className={page.notice} data-tone="warn">
            <Icon name="lock" />
            <span>{t('join.plainHttp')}</span>
          </p>
        )}
        <div className={css.way}>
          <ol>
            {steps.map((step) => (
              <li key={step.what} data-install={step.what}>
                {t(`join.do.${step.what}`)}
                <div>
                  <CopyBlock text={step.command} label={t(`join.do.${step.what}`)} primary={step.what === 'enrol'} />
                </div>
              </li>
            ))}
          </ol>
        </div>
      </div>
    </Panel>
  )
}
