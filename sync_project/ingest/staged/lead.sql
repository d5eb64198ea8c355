-- People not yet filed under an account, and those who were. One row per lead that is not deleted.
--
-- lead_id                  | Salesforce Lead Id, 18 characters.
-- first_name               | First name.
-- last_name                | Last name.
-- company                  | Company name as typed.
-- email                    | Email as stored; matched.email_address reads it.
-- title                    | Job title.
-- phone                    | Phone.
-- website                  | Website as typed; matched.website reads it.
-- lead_source              | Where the lead came from.
-- status                   | Lead status.
-- industry                 | Industry picklist value.
-- annual_revenue           | Yearly revenue of the company in the org's currency.
-- employee_count           | Number of employees of the company.
-- country                  | Country.
-- owner_id                 | The User or queue that owns it.
-- is_converted             | Whether it was converted; the person then lives on as a contact.
-- converted_date           | The day of the conversion.
-- converted_account_id     | The account it was converted to.
-- converted_contact_id     | The contact it was converted to.
-- converted_opportunity_id | The opportunity made at conversion, if any.
-- created_at               | When it was created (UTC).
-- modified_at              | When a user or the system changed it last (UTC).
SELECT
    Id AS lead_id,
    FirstName AS first_name,
    LastName AS last_name,
    Company AS company,
    Email AS email,
    Title AS title,
    Phone AS phone,
    Website AS website,
    LeadSource AS lead_source,
    Status AS status,
    Industry AS industry,
    CAST(AnnualRevenue AS DOUBLE) AS annual_revenue,
    CAST(NumberOfEmployees AS BIGINT) AS employee_count,
    Country AS country,
    OwnerId AS owner_id,
    IsConverted AS is_converted,
    CAST(ConvertedDate AS DATE) AS converted_date,
    ConvertedAccountId AS converted_account_id,
    ConvertedContactId AS converted_contact_id,
    ConvertedOpportunityId AS converted_opportunity_id,
    CAST(CreatedDate AS TIMESTAMP) AS created_at,
    CAST(SystemModstamp AS TIMESTAMP) AS modified_at
FROM raw.lead
WHERE NOT IsDeleted
