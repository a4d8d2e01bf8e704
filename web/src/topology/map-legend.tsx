// What the signs of the picture mean: only those that are in it.
import { useTranslation } from 'react-i18next'
import type { SiteMap } from './map-model.ts'
import css from './topology.module.css'

export function MapLegend({ map }: { map: SiteMap }) {
  const { t } = useTranslation()
  const has = (verdict: string) => map.nodes.some((node) => node.verdict === verdict)
  const signs: readonly (readonly [boolean, string, string])[] = [
    [has('cause') || has('inferred'), 'cause', t('siteMap.sign.cause')],
    [has('symptom'), 'symptom', t('siteMap.sign.symptom')],
    [map.edges.some((edge) => edge.isDead), 'dead', t('siteMap.sign.dead')],
    [map.edges.some((edge) => edge.isStale), 'stale', t('siteMap.sign.stale')],
    [map.edges.some((edge) => edge.kind === 'parent'), 'parent', t('siteMap.sign.parent')],
    [map.edges.some((edge) => edge.kind === 'power'), 'power', t('siteMap.sign.power')],
  ]
  const shown = signs.filter(([is]) => is)
  return (
    <ul className={css.legend} aria-label={t('siteMap.signs')}>
      {shown.map(([, sign, word]) => (
        <li key={sign} data-sign={sign}>
          {word}
        </li>
      ))}
      <li className="quiet">{t('siteMap.drag')}</li>
    </ul>
  )
}
