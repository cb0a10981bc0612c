import { useQuery } from '@tanstack/react-query'
import { siteQuery } from '../../api/queries.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { TextAnchor } from '../../ui/text-link.tsx'

/** How to reach whoever runs the site, where people may need them: at a closed door, and about their data. */
export function Contact() {
  const accounts = useAccountsText()
  const contact = useQuery(siteQuery).data?.contact
  if (!contact) return null
  const address = addressIn(contact)
  return (
    <p>
      {accounts.contact} {address ? <TextAnchor href={address}>{contact}</TextAnchor> : contact}
    </p>
  )
}

/** Where a contact leads that is a link or an e-mail address as a whole; a sentence leads nowhere. */
export function addressIn(contact: string): string | undefined {
  if (/^https?:\/\/\S+$/.test(contact)) return contact
  if (/^[^\s@:/?]+@[^\s@:/?]+$/.test(contact)) return `mailto:${contact}`
  return undefined
}
