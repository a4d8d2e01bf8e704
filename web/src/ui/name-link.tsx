import { Link } from '@tanstack/react-router'

/** What a row of a list is called, leading to its page; the row itself does so too. */
export function NameLink(props: {
  readonly to: '/customers/$id' | '/sites/$id' | '/devices/$id' | '/agents/$id'
  readonly id: string
  readonly name: string
}) {
  return (
    <Link
      to={props.to}
      params={{ id: props.id }}
      search={{}}
      onClick={(event) => event.stopPropagation()}
      className="long-name"
      style={{ fontWeight: 600, color: 'inherit' }}
    >
      {props.name}
    </Link>
  )
}
