-- Companies, as Salesforce has them now. One row per account that is not deleted.
--
-- account_id        | Salesforce Account Id, 18 characters.
-- name              | Account name.
-- website           | Website as typed; matched.website reads it.
-- type              | Account type, such as Prospect or Customer.
-- industry          | Industry picklist value.
-- annual_revenue    | Yearly revenue in the org's currency.
-- employee_count    | Number of employees.
-- billing_country   | Country of the billing address.
-- parent_account_id | The account above in the hierarchy; null at the top.
-- owner_id          | The User who owns it.
-- created_at        | When it was created (UTC).
-- modified_at       | When a user or the system changed it last (UTC).
SELECT
    Id AS account_id,
    Name AS name,
    Website AS website,
    Type AS type,
    Industry AS industry,
    CAST(AnnualRevenue AS DOUBLE) AS annual_revenue,
    CAST(NumberOfEmployees AS BIGINT) AS employee_count,
    BillingCountry AS billing_country,
    ParentId AS parent_account_id,
    OwnerId AS owner_id,
    CAST(CreatedDate AS TIMESTAMP) AS created_at,
    CAST(SystemModstamp AS TIMESTAMP) AS modified_at
FROM raw.account
WHERE NOT IsDeleted
