/** What everybody may know: regions, municipalities, SWVs, school sites and care providers. Sources: CBS, DUO, Regeling regio-indeling. */
import { Directive, Field, Float, ObjectType } from 'type-graphql';
import { type ConnectionOf, connectionType } from './connection.ts';
import { SchoolKind, Sector } from './enums.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'Jeugdregio: municipalities that buy youth care together (CBS).',
})
export class YouthRegion {
  @Field(() => String, { description: 'CBS code: JZ18.' })
  code!: string;

  @Field(() => String, { description: 'Name as CBS writes it.' })
  name!: string;
}

@Directive('@key(fields: "code")')
@ObjectType({ simpleResolvers: true, description: 'Gemeente.' })
export class Municipality {
  @Field(() => String, { description: 'CBS code, four digits: 0546.' })
  code!: string;

  @Field(() => String, { description: 'Name as CBS writes it.' })
  name!: string;

  @Field(() => String, { description: 'Province it lies in.' })
  province!: string;

  @Field(() => YouthRegion, { description: 'Youth region it belongs to.' })
  youthRegion!: YouthRegion;

  @Field(() => [MunicipalitySwv], { description: 'SWVs that have school sites in it, PO and VO.' })
  swvs!: MunicipalitySwv[];
}

@ObjectType({ simpleResolvers: true, description: 'An SWV as seen from a municipality.' })
export class MunicipalitySwv {
  @Field(() => String, { description: 'Code of the SWV: PO2801.' })
  code!: string;

  @Field(() => Sector, { description: 'PO or VO.' })
  sector!: string;

  @Field(() => Float, {
    description:
      'Share of the school sites of this sector in the municipality, 0 to 1. Sites, not pupils.',
  })
  share!: number;

  @Field(() => Boolean, {
    description: 'Whether it is the SWV with most sites in the municipality.',
  })
  isMain!: boolean;

  @Field(() => Swv, { description: 'The SWV itself.' })
  swv!: Swv;
}

@Directive('@key(fields: "code")')
@ObjectType({
  simpleResolvers: true,
  description: 'Samenwerkingsverband passend onderwijs (WPO art. 18a, WVO 2020 art. 2.47).',
})
export class Swv {
  @Field(() => String, { description: 'Code without dashes: PO2801.' })
  code!: string;

  @Field(() => Sector, { description: 'PO or VO.' })
  sector!: string;

  @Field(() => String, {
    description: 'Number and municipalities. The official name is not in the open data.',
  })
  label!: string;

  @Field(() => [Municipality], { description: 'Municipalities in which it has school sites.' })
  municipalities!: Municipality[];

  @Field(() => SchoolConnection, {
    description: 'School sites of its sector in its area, by BRIN.',
  })
  schools!: ConnectionOf<School>;
}

@Directive('@key(fields: "brin6")')
@ObjectType({ simpleResolvers: true, description: 'School site (vestiging).' })
export class School {
  @Field(() => String, { description: 'BRIN and two digits: 00AH07.' })
  brin6!: string;

  @Field(() => String, { description: 'Name as DUO writes it.' })
  name!: string;

  @Field(() => SchoolKind, { description: 'Kind of education.' })
  kind!: string;

  @Field(() => String, { nullable: true, description: 'Denomination; null when DUO gives none.' })
  denomination!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Degrees, WGS 84; null when the address was not located.',
  })
  latitude!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Degrees, WGS 84; null when the address was not located.',
  })
  longitude!: number | null;

  @Field(() => Municipality, { description: 'Municipality it stands in.' })
  municipality!: Municipality;

  @Field(() => Swv, {
    nullable: true,
    description: 'SWV of its sector; null when it belongs to none that covers an area.',
  })
  swv!: Swv | null;
}

export const SchoolConnection = connectionType('School', () => School);

@Directive('@key(fields: "agb")')
@ObjectType({ simpleResolvers: true, description: 'Care provider (jeugdhulpaanbieder).' })
export class CareProvider {
  @Field(() => String, { description: 'AGB code, eight digits.' })
  agb!: string;

  @Field(() => String, { description: 'Name.' })
  name!: string;
}
