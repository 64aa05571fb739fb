/** Names for invented people: common in the Netherlands, of varied origin. No name here belongs to a real pupil. */
import type { Random } from './random.ts';

const givenNames = (
  'Adam Ahmed Aisha Aleksandra Ali Amina Amir Anna Anouk Ayoub Aylin Bas Beatriz Bilal Bo Bram ' +
  'Britt Chaimae Chloë Cas Daan Daniëlle David Defne Demi Dewi Dina Dounia Elena Elif Eline Emma ' +
  'Esra Eva Evi Faith Fatima Femke Fenna Finn Floor Fleur Giovanni Guus Hailey Hamza Hanna Hidde ' +
  'Hiyab Ibrahim Ilias Imane Indy Iris Isa Ismail Jada Jaylano Jayden Jelle Jens Jesse Jip Joep ' +
  'Jolie Jonas Julia Jurre Kacper Kaan Kim Kofi Lars Lea Lena Levi Lieke Lina Linh Lisa Liam Loïs ' +
  'Lotte Lucas Luuk Maksym Maja Malak Maud Max Maryam Mats Mees Mei Melisa Mila Milan Mohamed Nina ' +
  'Noa Noah Noor Nora Oğuz Olaf Oleksii Olivia Omar Oskar Pien Pim Priya Quinten Raj Rayan Renske ' +
  'Ricardo Robin Roos Ruben Saar Salma Sam Samuel Sanne Sara Selam Senna Siem Sofie Sophia Stijn ' +
  'Sven Tess Thijs Thomas Tijn Timo Tobias Tygo Vera Victoria Vince Wouter Xavi Yara Yasin Yusuf ' +
  'Zainab Zeynep Zofia Zoë'
).split(' ');

/** `prefix|name`, or the name alone. */
const familyNames: readonly (readonly [string | null, string])[] = (
  'Jong:de Jansen Vries:de Berg:van_den Bakker Dijk:van Visser Smit Meijer Boer:de Mulder Groot:de ' +
  'Bos Vos Peters Hendriks Leeuwen:van Dekker Brouwer Wit:de Dijkstra Smits Graaf:de Meer:van_der ' +
  'Linden:van_der Kok Jacobs Haan:de Vermeulen Heuvel:van_den Veen:van_der Broek:van_den Bruin:de ' +
  'Schouten Beek:van Willems Vliet:van Ven:van_de Hoekstra Maas Verhoeven Koster Dam:van Wal:van_der ' +
  'Prins Blom Huisman Peeters Kuipers Veenstra Kramer Postma Lange:de Kuiper Timmermans Scholten ' +
  'Yılmaz Kaya Demir Çelik Şahin Öztürk Arslan Aydın Doğan Koç Polat Kılıç Amrani:el Idrissi:el ' +
  'Bouzid Benali Haddad Azzouzi Alaoui Chakir Ouali Ziani Bakkali:el Mansouri Yousfi Tahiri ' +
  'Ramdin Singh Kishoendajal Mahabier Ramlal Pinas Doekoe Wijngaarde Sital Kromosoeto Martina ' +
  'Maduro Croes Rosalia Felicia Pattinama Latuheru Tuhumury Sahetapy Kowalski Nowak Wójcik ' +
  'Wiśniewska Kamiński Popescu Ionescu Petrov Dimitrova Kovalenko Shevchenko Bondarenko Nguyen ' +
  'Tran Chen Wang Liu Mensah Boateng Owusu Okafor Adeyemi Tesfay Gebremedhin Haile Abdi Warsame ' +
  'Hussein Khalil Darwish Rahimi Ahmadi Karimi Santos:dos Silva:da Ferreira García Rossi Weber'
)
  .split(' ')
  .map((entry) => {
    const [name, prefix] = entry.split(':');
    return [prefix?.replaceAll('_', ' ') ?? null, name ?? entry];
  });

export type PersonName = { givenName: string; prefix: string | null; familyName: string };

export function inventName(random: Random): PersonName {
  const [prefix, familyName] = random.pick(familyNames);
  return { givenName: random.pick(givenNames), prefix, familyName };
}
