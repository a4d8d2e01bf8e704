// How an agent is heard, and what waits, went missing or was refused on the way.
import { useTranslation } from 'react-i18next'
import type { AgentRow } from '#shared/http/inventory.ts'
import { PresenceMark, Tag } from '../ui/marks.tsx'
import { Facts, Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import { ClockOffset, Counts } from './agent-columns.tsx'

export function AgentConnection({ agent }: { agent: AgentRow }) {
  const { t } = useTranslation()
  const words = useWords()
  return (
    <Panel title={t('agent.connection')}>
      <Facts
        of={[
          [t('column.presence'), <PresenceMark key="p" presence={agent.presence} />],
          [t('agent.unknownSince'), agent.unknownSince === null ? null : <Time key="u" at={agent.unknownSince} />],
          [t('agent.connectedAt'), agent.connectedAt === null ? null : <Time key="c" at={agent.connectedAt} />],
          [t('column.lastSeen'), <Time key="l" at={agent.lastSeen} />],
          [t('column.clock'), <ClockOffset key="o" ms={agent.clockOffsetMs} />],
          [
            t('agent.backlog'),
            <Counts key="b" of={agent.backlog} word={words.dropReason} title={t('agents.backlogHint')} />,
          ],
          [
            t('column.dropped'),
            <Counts key="d" of={agent.dropped} word={words.dropReason} title={t('agents.droppedHint')} bad />,
          ],
          [
            t('column.lost'),
            <Counts key="x" of={agent.lost} word={words.dropReason} title={t('agents.lostHint')} bad />,
          ],
          [
            t('column.quarantined'),
            <span key="q" className="num" title={t('agents.quarantineHint')}>
              {agent.quarantined}
            </span>,
          ],
          [
            t('agent.commandKey'),
            agent.commandKeyMatches === null ? null : agent.commandKeyMatches ? (
              t('agent.keyFits')
            ) : (
              <Tag key="k" tone="warn" title={t('agents.keyDiffersHint')}>
                {t('agents.keyDiffers')}
              </Tag>
            ),
          ],
          [t('column.host'), agent.host],
          [t('column.version'), agent.version],
        ]}
      />
    </Panel>
  )
}
